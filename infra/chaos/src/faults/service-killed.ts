import { services } from '../stack/processes.ts'
import { oneMoreVictim } from './at-a-time.ts'
import { type Fault, nothingToHeal } from './fault.ts'
import { rows } from './rows.ts'

/** kill −9; the supervisor starts it again. */
export const serviceKilled: Fault = {
  name: 'service-killed',
  row: rows.kills,
  overlaps: true,
  draw: (random) => ({ target: random.pick(services), forMs: 0 }),
  holds: (target) => [target],
  mayBegin: oneMoreVictim,
  inject(stage, target) {
    stage.service(target).kill()
    return Promise.resolve(nothingToHeal)
  },
}
