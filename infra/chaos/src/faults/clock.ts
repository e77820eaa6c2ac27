import { consumers } from '../stack/processes.ts'
import type { Fault } from './fault.ts'
import { restarted } from './restarted.ts'
import { rows } from './rows.ts'

/** One process goes on with a clock that is an hour wrong, and later with the right one. The target is `<process> <hours>`. */
export const clockShifted: Fault = {
  name: 'clock-shifted',
  row: rows.clock,
  draw: (random, long) => ({ target: `${random.pick(consumers)} ${random.pick(['+1', '-1'])}`, forMs: long ? 10_000 : 5000 }),
  holds: (target) => [target.split(' ')[0] ?? ''],
  async inject(stage, target) {
    const [process = '', hours = ''] = target.split(' ')
    const service = stage.service(process)
    await restarted(service, { CLOCK_SHIFT_MS: String(Number(hours) * 3_600_000) })
    return () => restarted(service, { CLOCK_SHIFT_MS: '0' })
  },
}
