import { setTimeout as sleep } from 'node:timers/promises'
import { services } from '../stack/processes.ts'
import type { Stage } from '../stack/stage.ts'

const downAtMost = 2
const patienceMs = 10_000
const lookEveryMs = 50
/** Until then a kill has shown. */
const pauseMs = 500

let turn: Promise<unknown> = Promise.resolve()

/**
 * Whether a process may be killed: it is there, and of the others nearly all are. On a busy machine they come back slowly, and killing what has just
 * begun to start shows nothing: then there are fewer kills, one after the other.
 */
export function oneMoreVictim(stage: Stage, process: string): Promise<boolean> {
  const until = performance.now() + patienceMs
  const may = async (): Promise<boolean> => {
    for (; performance.now() < until; await sleep(lookEveryMs)) {
      const down = services.filter((name) => !stage.service(name).isReady())
      if (!down.includes(process) && down.length < downAtMost) return true
    }
    return false
  }
  const mine = turn.then(may)
  turn = mine.then((allowed) => (allowed ? sleep(pauseMs) : undefined))
  return mine
}
