import { homedir } from 'node:os'
import { join } from 'node:path'

/** `dev` is the stack of `npm start`; `test` stands beside it with its own data and ports. */
export type Profile = 'dev' | 'test'

export const repositoryRoot = join(import.meta.dirname, '..', '..', '..')

/** Where a profile keeps its data, logs and records. `MURMURATION_LOCAL` moves it (tests do). */
export const stackFolder = (profile: Profile): string => {
  const base = process.env['MURMURATION_LOCAL'] ?? join(repositoryRoot, '.local')
  return profile === 'dev' ? base : join(base, 'test')
}

/** Installed tools; shared by all checkouts of one user. */
export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'murmuration')
