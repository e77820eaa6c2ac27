import { execFile } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { promisify } from 'node:util'

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly node: string
  /** Hash of HEAD, with `+` when files were changed since; null outside a checkout. */
  readonly commit: string | null
}

const git = (...args: string[]): Promise<string | null> =>
  promisify(execFile)('git', args, { cwd: import.meta.dirname }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  )

export async function machine(): Promise<Machine> {
  const [hash, changes] = await Promise.all([git('rev-parse', '--short=12', 'HEAD'), git('status', '--porcelain', '--untracked-files=no')])
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    node: process.version,
    commit: hash === null ? null : `${hash}${changes === '' ? '' : '+'}`,
  }
}
