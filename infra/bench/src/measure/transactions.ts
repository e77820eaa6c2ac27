import pg from 'pg'

/** Transactions that the services' databases have committed so far. */
export async function transactions(serverUrl: string): Promise<number> {
  const url = new URL(serverUrl)
  if (url.pathname.length < 2) url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    const { rows } = await client.query<{ commits: string }>(
      `select coalesce(sum(xact_commit), 0) as commits from pg_stat_database where datname like 'murmuration\\_%'`,
    )
    return Number(rows[0]?.commits ?? 0)
  } finally {
    await client.end()
  }
}
