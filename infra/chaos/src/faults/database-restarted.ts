import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

/** An immediate shutdown: a crash as the clients see it, which leaves no shared memory behind. */
export const databaseRestarted: Fault = {
  name: 'database-restarted',
  row: rows.database,
  draw: (random, long) => ({ target: 'postgres', forMs: long ? random.between(0, 8000) : random.between(0, 2000) }),
  async inject(stage) {
    await stage.servers.signal('postgres', 'SIGQUIT')
    return stage.servers.bringBack
  },
}
