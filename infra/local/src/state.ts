import { join } from 'node:path'
import { readJson, writeJson } from './files.ts'
import { type Profile, stackFolder } from './paths.ts'

export type How = 'environment' | 'compose' | 'native'

/** Where the infrastructure answers, and since when through what. `pid` only for native processes. */
export type Infra = {
  kafka?: { brokers: string; how: How; pid?: number }
  postgres?: { url: string; how: How; pid?: number }
  redis?: { url: string; how: How; pid?: number }
  tempo?: { url: string; otlpUrl: string; how: How; pid?: number }
  prometheus?: { url: string; how: How; pid?: number }
}

/** The content of `stack.json`, which tells other tools where everything is. */
export type StackState = {
  infra: Infra
  /** `host` is the name of the process, which others may be in, too. */
  services: Record<string, { url: string; pid: number; host: string }>
  /** `ready` once all its services were. */
  phase?: 'starting' | 'ready'
  admin?: { email: string; password: string }
  demo?: { email: string; password: string }
}

const fileOf = (profile: Profile): string => join(stackFolder(profile), 'stack.json')

export const readState = async (profile: Profile): Promise<StackState> => {
  const value = await readJson(fileOf(profile))
  const known: Partial<StackState> = typeof value === 'object' && value !== null ? value : {}
  return { ...known, infra: known.infra ?? {}, services: known.services ?? {} }
}

// Writers of one process take turns; between processes the locks of their work keep them apart.
let turn: Promise<unknown> = Promise.resolve()

/** Changes the state; `change` gets the current one. The file may hold passwords: only its owner reads it. */
export const updateState = (profile: Profile, change: (state: StackState) => StackState): Promise<void> => {
  const mine = turn.then(async () => writeJson(fileOf(profile), change(await readState(profile)), 0o600))
  turn = mine.catch(() => undefined)
  return mine
}
