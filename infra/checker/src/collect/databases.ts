import { databaseUrl } from '@murmuration/database'
import pg from 'pg'

/** The services' own databases. */
export interface Databases {
  /** Rows of a service's database. Integers of 64 bits come as text: cast them. */
  rows<Row extends object>(service: string, text: string): Promise<Row[]>
  close(): Promise<void>
}

/** @param postgres the server's address */
export function databases(postgres: string): Databases {
  const pools = new Map<string, pg.Pool>()
  const poolOf = (service: string): pg.Pool => {
    const known = pools.get(service)
    if (known !== undefined) return known
    const pool = new pg.Pool({ connectionString: databaseUrl(postgres, `murmuration_${service}`), max: 1 })
    // A server that is ended on purpose shows in the next query.
    pool.on('error', () => undefined)
    pools.set(service, pool)
    return pool
  }
  return {
    rows: async <Row extends object>(service: string, text: string) => (await poolOf(service).query<Row>(text)).rows,
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
    },
  }
}
