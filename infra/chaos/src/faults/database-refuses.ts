import { asAdmin } from '@murmuration/database'
import { withDatabase } from '../stack/processes.ts'
import type { Stage } from '../stack/stage.ts'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

/** What an operator tells the server about one service's database (`%`), for a while. */
const onDatabase = (name: string, begin: string, end: string): Fault => ({
  name,
  row: rows.refuses,
  draw: (random, long) => ({
    target: random.pick(withDatabase),
    forMs: long ? random.between(4000, 8000) : random.between(3000, 5000),
  }),
  async inject(stage, target) {
    const database = `murmuration_${target}`
    await order(stage, begin.replace('%', database))
    // What is connected goes by the settings of its beginning: so at the end, too, where nobody is cut off.
    await order(stage, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`)
    return () => order(stage, end.replace('%', database))
  },
})

const order = (stage: Stage, text: string): Promise<void> => asAdmin(stage.postgres, (client) => client.query(text)).then(() => undefined)

/** Reads go on, and every write is refused (SQLSTATE 25006). The target is a service. */
export const databaseReadOnly = onDatabase(
  'database-read-only',
  'ALTER DATABASE % SET default_transaction_read_only = on',
  'ALTER DATABASE % RESET default_transaction_read_only',
)

/** Nobody is let in (SQLSTATE 55000). The target is a service. */
export const databaseClosed = onDatabase(
  'database-closed',
  'ALTER DATABASE % ALLOW_CONNECTIONS false',
  'ALTER DATABASE % ALLOW_CONNECTIONS true',
)
