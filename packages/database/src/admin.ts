import pg from 'pg'

/** The same server's address, naming another database. */
export const databaseUrl = (serverUrl: string, name: string): string => {
  const url = new URL(serverUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

/**
 * Runs `work` on one connection to the server's maintenance database.
 *
 * @param adminUrl a server's address; without a database in it, `postgres` is taken
 */
export const asAdmin = async <T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const named = new URL(adminUrl).pathname.length > 1
  const client = new pg.Client({ connectionString: named ? adminUrl : databaseUrl(adminUrl, 'postgres') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export const databaseExists = (adminUrl: string, name: string): Promise<boolean> =>
  asAdmin(adminUrl, async (client) => (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1)

/**
 * Makes the database unless it is there.
 *
 * @param template a database to copy; nobody may be connected to it
 * @returns the new database's address, and whether it was made just now
 */
export const createDatabase = (adminUrl: string, name: string, template?: string): Promise<{ url: string; created: boolean }> =>
  asAdmin(adminUrl, async (client) => {
    const url = databaseUrl(adminUrl, name)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 1) return { url, created: false }
    const from = template === undefined ? '' : ` template ${client.escapeIdentifier(template)}`
    const error = await client.query(`create database ${client.escapeIdentifier(name)}${from}`).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (error === undefined) return { url, created: true }
    // Two creators at once: the slower one finds the name taken, in the catalogue or by its unique index.
    if (error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505')) return { url, created: false }
    throw error
  })

/** Drops the database if it is there, and ends whoever is connected to it. */
export const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  asAdmin(adminUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
  })
