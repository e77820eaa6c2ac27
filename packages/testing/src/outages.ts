import { asAdmin } from '@murmuration/database'
import pg from 'pg'
import { fromSetup } from './environment.ts'

/** What an operator can do to a database so that it refuses for a while: how it begins, and how it ends. `%` stands for the database. */
const kinds = {
  'closed for connections': ['ALTER DATABASE % ALLOW_CONNECTIONS false', 'ALTER DATABASE % ALLOW_CONNECTIONS true'],
  'read only': ['ALTER DATABASE % SET default_transaction_read_only = on', 'ALTER DATABASE % RESET default_transaction_read_only'],
} as const
export type Outage = keyof typeof kinds
export const outages = Object.keys(kinds) as readonly Outage[]

/** Does work while the database refuses: what was connected is cut off at the beginning, and what is connected at the end stays as it is. */
export async function during<Result>(outage: Outage, databaseUrl: string, work: () => Promise<Result>): Promise<Result> {
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1))
  const order = (text: string) => asAdmin(fromSetup('POSTGRES_URL'), (client) => client.query(text.replace('%', pg.escapeIdentifier(name))))
  const [begin, end] = kinds[outage]
  await order(begin)
  try {
    await asAdmin(fromSetup('POSTGRES_URL'), (client) =>
      client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]),
    )
    return await work()
  } finally {
    await order(end)
  }
}
