import { databaseUrl } from '@murmuration/database'
import pg from 'pg'
import { afterAll, inject } from 'vitest'

const pools = new Map<string, pg.Pool>()

function pool(service: string): pg.Pool {
  const known = pools.get(service)
  if (known !== undefined) return known
  const made = new pg.Pool({ connectionString: databaseUrl(inject('stack').postgres, `murmuration_${service}`), max: 2 })
  // The server is killed on purpose in some tests.
  made.on('error', () => undefined)
  pools.set(service, made)
  return made
}

afterAll(async () => {
  await Promise.all([...pools.values()].map((each) => each.end()))
  pools.clear()
})

/** Rows of a service's own database. Integers of 64 bits come as text, so cast them. */
export async function rowsOf<Row = Record<string, unknown>>(service: string, text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool(service).query(text, values)).rows as Row[]
}
