import { randomUUID } from 'node:crypto'
import pg from 'pg'

/**
 * Which instance publishes a row: its owner, alive as long as its session holds the advisory lock of its name. PostgreSQL frees the lock when the
 * process dies, whatever it died of, and keeps it while the process is only stopped: no clocks and no leases.
 */
export interface Ownership {
  readonly owner: string
  /** After a lost session: owns from now on under a new name, so that nobody takes a living instance for dead. */
  reclaim(): Promise<void>
  /** Runs work while holding the lock of another owner, that is, only if that one is dead. */
  ifDead(owner: string, work: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

const LOCK = 'pg_try_advisory_lock(hashtextextended($1, 20))'

export async function claimOwnership(databaseUrl: string): Promise<Ownership> {
  let owner = ''
  let client: pg.Client | undefined
  let closed = false
  let connecting: Promise<void> | undefined

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'murmuration owner',
    })
    const name = randomUUID()
    next.on('error', () => {})
    next.on('end', () => {
      if (client === next) client = undefined
    })
    await next.connect()
    await next.query(`SELECT ${LOCK}`, [name])
    client = next
    // A lost session means that others may take over what it owned: from now on under a new name.
    owner = name
  }
  const connected = async (): Promise<pg.Client> => {
    if (closed) throw new Error('ownership was given up')
    if (client === undefined) {
      connecting ??= connect().finally(() => {
        connecting = undefined
      })
      await connecting
    }
    return client as unknown as pg.Client
  }
  await connected()

  return {
    get owner() {
      return owner
    },
    async reclaim() {
      await connected()
    },
    async ifDead(other, work) {
      const session = await connected()
      const { rows } = await session.query<{ got: boolean }>(`SELECT ${LOCK} AS got`, [other])
      if (rows[0]?.got !== true) return
      try {
        await work()
      } finally {
        await session.query('SELECT pg_advisory_unlock(hashtextextended($1, 20))', [other])
      }
    },
    async close() {
      closed = true
      await client?.end().catch(() => {})
    },
  }
}
