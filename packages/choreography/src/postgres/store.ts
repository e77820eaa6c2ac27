import { Transient } from '@murmuration/contracts'
import pg from 'pg'
import type { GroupMembers } from '../kafka/expel.ts'
import { patiently } from '../patiently.ts'
import type { ParkedMessage, ParkingStore, Store } from '../ports.ts'
import { classify } from './errors.ts'
import { groupMembers } from './members.ts'
import { migrate } from './migrate.ts'
import { claimOwnership } from './ownership.ts'
import { relay } from './relay.ts'
import { transaction } from './transaction.ts'

export interface PostgresOptions {
  readonly databaseUrl: string
  /** Consumer group: the inbox is kept per consumer. */
  readonly consumer: string
  /** Connections at most; default 8. */
  readonly connections?: number
  /** A handler's deadline: a statement that takes longer is cancelled, and the batch tried again. Milliseconds, default 10,000. */
  readonly statementTimeoutMs?: number
}

/** A service's PostgreSQL database as the runtime's store; brings the schema `choreography` up to date first. */
export async function postgresStore({
  databaseUrl,
  consumer,
  connections = 8,
  statementTimeoutMs = 10_000,
}: PostgresOptions): Promise<Store & { readonly members: GroupMembers }> {
  const common = { connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true }
  const timeouts = `-c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=${statementTimeoutMs}`
  // Every statement of a batch is prepared and finds its rows by their keys: it is planned once, and that plan must not be a sequential scan because the
  // tables were empty then.
  const plannedOnce = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off'
  const batches = new pg.Pool({
    ...common,
    max: connections,
    // A new one costs a process, a login and the plans of all statements.
    idleTimeoutMillis: 300_000,
    pipeline: true,
    application_name: consumer,
    options: `${timeouts} ${plannedOnce}`,
  } as pg.PoolConfig)
  // What the relay writes may be lost in a crash of the server (an event is then published again, an effect tried earlier), so it waits for no disk.
  const unhurried = `${timeouts} -c synchronous_commit=off`
  const queries = new pg.Pool({ ...common, max: 3, application_name: `${consumer} relay`, options: unhurried })
  // A connection that breaks fails its statements, which is where it is dealt with; without a listener, busy or idle, it would end the process.
  for (const pool of [batches, queries]) {
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
  }
  const ownership = await patiently(
    'PostgreSQL',
    async () => {
      try {
        await migrate(queries)
        return await claimOwnership(databaseUrl)
      } catch (error) {
        throw classify(error)
      }
    },
    (error) => error instanceof Transient && !isSetting(error.cause),
  )
  return {
    async begin() {
      try {
        return transaction(await batches.connect(), consumer, ownership)
      } catch (error) {
        throw classify(error)
      }
    },
    relay: relay(queries, ownership),
    members: groupMembers(queries, ownership),
    parking: parking(batches),
    async ping() {
      // Refused where nothing can be written; a session that is read only since its beginning then leaves the pool.
      return queries.query('SELECT FROM choreography.migrations WHERE false FOR UPDATE').then(
        () => true,
        () => false,
      )
    },
    async prune(olderThanMs) {
      const { rowCount } = await queries.query(
        `DELETE FROM choreography.inbox WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM choreography.inbox WHERE "seenAt" < now() - $1 * interval '1 millisecond' LIMIT 20000))`,
        [olderThanMs],
      )
      return rowCount ?? 0
    },
    async close() {
      await Promise.all([batches.end(), queries.end(), ownership.close()])
    },
  }
}

/** A wrong password or database is more likely than one that is being changed, when a service has never reached it. */
const isSetting = (error: unknown): boolean => /^(28|3D)/.test(String((error as { code?: unknown } | undefined)?.code))

function parking(pool: pg.Pool): ParkingStore {
  return {
    async list({ ids, key, status = ['parked'], limit = 1000 }) {
      const { rows } = await pool.query<ParkedMessage>(
        `SELECT seq, id, status, blocks, kind, key, topic, partition, "offset", "eventId", "eventType", reason, detail, headers, wire, body, origin, attempts,
           NULL AS "retryInMs", to_json("parkedAt") #>> '{}' AS "parkedAt", note
         FROM choreography.parked
         WHERE status = ANY ($1::text[]) AND ($2::text[] IS NULL OR id = ANY ($2::text[])) AND ($3::text IS NULL OR key = $3)
         ORDER BY seq LIMIT $4`,
        [status, ids ?? null, key ?? null, limit],
      )
      return rows
    },
    async end(ids, status, note) {
      await pool.query(
        `UPDATE choreography.parked SET status = $2, note = $3, "endedAt" = now() WHERE id = ANY ($1::text[]) AND status IN ('parked', 'deferred')`,
        [ids, status, note],
      )
    },
  }
}
