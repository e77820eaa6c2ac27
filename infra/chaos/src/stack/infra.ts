import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readState } from '@murmuration/local'

export type Server = 'kafka' | 'postgres' | 'redis' | 'tempo'

/** The servers below the services, as processes. */
export interface Servers {
  /** @returns whom it was sent to */
  signal(server: Server, name: NodeJS.Signals): Promise<number>
  /** Starts again whatever is gone, where it was, and waits until it answers. */
  bringBack(): Promise<void>
}

export function servers(): Servers {
  let turn: Promise<unknown> = Promise.resolve()
  return {
    async signal(server, name) {
      const entry = (await readState('test')).infra[server]
      if (entry?.pid === undefined) throw new Error(`${server} is no process of this stack`)
      process.kill(entry.pid, name)
      return entry.pid
    },
    bringBack() {
      const mine = turn.then(() => promisify(execFile)(process.execPath, [join(import.meta.dirname, 'bring-back.ts')]))
      turn = mine.catch(() => undefined)
      return mine.then(() => undefined)
    },
  }
}
