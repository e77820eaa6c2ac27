import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

/** The broker is killed (−9), and comes back at once or after a while. */
export const brokerGone: Fault = {
  name: 'broker-gone',
  row: rows.broker,
  draw: (random, long) => ({ target: 'kafka', forMs: long ? random.pick([0, 60_000]) : random.between(3000, 6000) }),
  async inject(stage) {
    await stage.servers.signal('kafka', 'SIGKILL')
    return stage.servers.bringBack
  },
}
