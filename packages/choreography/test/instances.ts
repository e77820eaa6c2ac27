import { randomUUID } from 'node:crypto'
import { Transient } from '@murmuration/contracts'
import { freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import type { EventLog, LogMessage, Store } from '../src/ports.ts'
import { postgresStore } from '../src/postgres/store.ts'
import { type InspectableRuntime, type RuntimeOptions, startRuntime } from '../src/runtime/runtime.ts'
import type { ServiceDefinition } from '../src/service.ts'
import { type MemoryLog, memoryLog } from '../src/testing.ts'
import { inventory, SCHEMA } from './sample.ts'

/** A database and a log that several instances of the sample service share, as in production. */
export async function shared() {
  const databaseUrl = await freshDatabase()
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  pool.on('error', () => {})
  await pool.query(SCHEMA)
  const log = memoryLog()
  const instances: InspectableRuntime[] = []
  return {
    databaseUrl,
    log,
    query: async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows as Record<string, unknown>[],
    async start({
      definition = inventory,
      through = (store) => store,
      ...options
    }: Partial<RuntimeOptions> & { definition?: ServiceDefinition; through?: (store: Store) => Store } = {}) {
      const store = through(await postgresStore({ databaseUrl, consumer: definition.group, connections: 4 }))
      const runtime = await startRuntime(definition, { store, eventLog: log, stopDeadlineMs: 100, ...options })
      instances.push(runtime)
      return runtime
    },
    types: (key?: string) =>
      log
        .records('inventory.events')
        .filter((record) => key === undefined || record.key === key)
        .map(({ headers }) => headers['ce_type']),
    async stop() {
      await Promise.all(instances.map((runtime) => runtime.stop()))
      await pool.end()
    },
  }
}

/** The same log seen through a connection of its own, whose sends can be made to fail. */
export function flaky(log: MemoryLog): EventLog & { broken: boolean } {
  const connection = {
    ...log,
    broken: true,
    producer() {
      const producer = log.producer()
      return {
        ...producer,
        send: (...args: Parameters<typeof producer.send>) =>
          connection.broken ? Promise.reject(new Transient('no broker')) : producer.send(...args),
      }
    },
  }
  return connection
}

/** A database whose next commit is done, but its answer never comes. */
export const losingAnAnswer = (store: Store): Store => {
  let lost = false
  return {
    ...store,
    async begin() {
      const transaction = await store.begin()
      return {
        ...transaction,
        async commit(writes) {
          const committed = await transaction.commit(writes)
          if (lost) return committed
          lost = true
          throw new Transient('the connection broke')
        },
      }
    },
  }
}

let offset = 0

/** An event as a foreign instance would have published it. */
export function incoming(
  { event, data }: { event: { type: string; topic: string; source: string; sagaField: string }; data: unknown },
  id: string = randomUUID(),
): LogMessage {
  const key = String((data as Record<string, unknown>)[event.sagaField])
  const headers = { ce_id: id, ce_type: event.type, ce_source: event.source }
  return {
    topic: event.topic,
    partition: 0,
    offset: String(offset++),
    key,
    value: Buffer.from(JSON.stringify(data)),
    headers,
    type: event.type,
    timestamp: Date.now(),
  }
}
