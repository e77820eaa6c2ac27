import pg from 'pg'
import { asAdmin, createDatabase, databaseUrl, dropDatabase } from './admin.ts'

// Any constant does: it only has to differ from other advisory locks on the same server.
const lockClass = 7_274_611

/**
 * Makes, once per `name`, a database that others are copied from (`createDatabase(adminUrl, …, name)`, about 50 ms).
 * Callers at the same time wait for the first one. `fill` gets the address and must close its connections.
 */
export const templateDatabase = (adminUrl: string, name: string, fill: (url: string) => Promise<void>): Promise<void> =>
  asAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [lockClass, name])
    const { rows } = await client.query<{ datistemplate: boolean }>('select datistemplate from pg_database where datname = $1', [name])
    if (rows[0]?.datistemplate === true) return
    // Without the mark it is what a run that died half-way left behind.
    if (rows[0] !== undefined) await dropDatabase(adminUrl, name)
    await createDatabase(adminUrl, name)
    await fill(databaseUrl(adminUrl, name))
    await client.query(`alter database ${pg.escapeIdentifier(name)} with is_template true allow_connections false`)
  })
