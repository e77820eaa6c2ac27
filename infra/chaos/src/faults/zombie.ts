import { consumers } from '../stack/processes.ts'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

/**
 * SIGSTOP of a consumer for longer than its group waits for it (10 s), then SIGCONT: it goes on in the middle of what it did, while its partitions, and
 * its rows' locks, are others' by now.
 */
export const zombie: Fault = {
  name: 'zombie',
  row: rows.zombie,
  draw: (random, long) => ({ target: random.pick(consumers), forMs: long ? 60_000 : 13_000 }),
  holds: (target) => [target],
  inject(stage, target) {
    const service = stage.service(target)
    service.pause()
    return Promise.resolve(() => Promise.resolve(service.resume()))
  },
}
