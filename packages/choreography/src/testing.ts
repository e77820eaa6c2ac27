import type { Emission } from '@murmuration/contracts'
import pg from 'pg'
import { seal } from './envelope.ts'
import { uuidV7 } from './ids.ts'
import { type MemoryLog, memoryLog } from './memory/log.ts'
import type { LogMessage } from './ports.ts'
import { postgresStore } from './postgres/store.ts'
import type { Command } from './reaction.ts'
import type { EffectHandler } from './runtime/effects.ts'
import type { ParkedView, Parking } from './runtime/parking.ts'
import { startRuntime } from './runtime/runtime.ts'
import type { Handled, Outcome } from './runtime/work.ts'
import type { ServiceDefinition } from './service.ts'
import type { TableInfo } from './table.ts'

export { kafkaLog } from './kafka/log.ts'
export { kafkaReader } from './kafka/reader.ts'
export { type MemoryLog, memoryLog } from './memory/log.ts'
export { memoryReader } from './memory/reader.ts'
export type { Outcome } from './runtime/work.ts'

/** An emitted event as tests compare it. */
export interface Emitted {
  readonly type: string
  readonly data: unknown
}

/** What became of a delivered event; `emitted` is empty unless it was handled. */
export type Delivered = {
  readonly outcome: Outcome['outcome']
  readonly reason?: string
  readonly detail?: string
  readonly emitted: readonly Emitted[]
}

export interface DeliverOptions {
  /** Event id: the same twice is a duplicate. */
  readonly id?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A service's reactions on a real database, with the log in memory. */
export interface ServiceUnderTest {
  readonly log: MemoryLog
  deliver(emission: Emission, options?: DeliverOptions): Promise<Delivered>
  /** One batch, in order. */
  deliverAll(emissions: readonly Emission[]): Promise<readonly Delivered[]>
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  /** As if the saga's timer were due: resolves when it was handled, or at once when it is not armed. */
  fire(timer: string, sagaId: string): Promise<void>
  /** Events that the service has published so far, of one saga or of all. */
  emitted(sagaId?: string): Promise<readonly Emitted[]>
  row<Row extends object>(table: TableInfo & { one(key: string): { row?: Row } }, key: string): Promise<Row | undefined>
  parked(): Promise<readonly ParkedView[]>
  readonly parking: Parking
  /** Resolves when nothing is on its way any more: outbox published, effects concluded. */
  settled(): Promise<void>
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  stop(): Promise<void>
}

/**
 * Starts a service's reactions on the migrated PostgreSQL database at `databaseUrl`, without Kafka. Rows given to decisions are
 * frozen, so a decide that mutates its input fails.
 */
export async function serviceUnderTest(
  definition: ServiceDefinition,
  { databaseUrl, effects = {} }: { databaseUrl: string; effects?: Readonly<Record<string, EffectHandler>> },
): Promise<ServiceUnderTest> {
  const log = memoryLog()
  const store = await postgresStore({ databaseUrl, consumer: definition.group, connections: 4 })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  // A test may cut its connections.
  pool.on('error', () => {})
  const listeners = new Set<(handled: Handled) => void>()
  const runtime = await startRuntime(definition, {
    store,
    eventLog: log,
    effects,
    frozen: true,
    fatal: (error) => {
      throw error
    },
    onHandled(handled) {
      for (const listener of listeners) listener(handled)
    },
  })
  let offset = 1_000_000
  const message = (emission: Emission, { id = uuidV7(), headers }: DeliverOptions = {}): LogMessage => {
    const sagaId = String((emission.data as Record<string, unknown>)[emission.event.sagaField])
    const sealed = seal(emission, { id, sagaId, causationId: undefined, time: new Date().toISOString(), origin: {} })
    return {
      topic: sealed.topic,
      partition: 0,
      offset: String(offset++),
      key: sealed.key,
      value: Buffer.from(sealed.body),
      headers: { ...sealed.headers, ...headers },
      type: sealed.headers['ce_type'],
      timestamp: Date.now(),
    }
  }
  const query = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await pool.query<Row>(sql, [...values])).rows
  const settled = async (): Promise<void> => {
    for (;;) {
      const { outbox, effects: open } = await store.relay.backlog()
      if (outbox === 0 && open === 0) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const deliverAll = async (messages: readonly LogMessage[]): Promise<readonly Delivered[]> =>
    (await runtime.handle(messages)).map((outcome) => {
      if (outcome === undefined) return { outcome: 'ignored', reason: 'not subscribed', emitted: [] }
      const { outcome: kind } = outcome
      return {
        outcome: kind,
        emitted: outcome.outcome === 'handled' ? outcome.emitted : [],
        ...('reason' in outcome ? { reason: outcome.reason } : {}),
        ...('detail' in outcome ? { detail: outcome.detail } : {}),
      }
    })

  return {
    log,
    deliver: async (emission, options) => (await deliverAll([message(emission, options)]))[0] as Delivered,
    deliverAll: (emissions) => deliverAll(emissions.map((emission) => message(emission))),
    execute: (command, input) => runtime.execute(command, input),
    async fire(timer, sagaId) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const listener = (handled: Handled) => {
        if (handled.name === `timer ${timer}` && handled.sagaId === sagaId) resolve()
      }
      listeners.add(listener)
      const armed = await query('UPDATE choreography.timers SET "dueAt" = now() WHERE "sagaId" = $1 AND name = $2 RETURNING 1', [
        sagaId,
        timer,
      ])
      if (armed.length > 0) await promise
      listeners.delete(listener)
    },
    async emitted(sagaId) {
      await settled()
      return log
        .records(definition.topic)
        .filter(({ key }) => sagaId === undefined || key === sagaId)
        .map(({ headers, value }) => ({ type: String(headers['ce_type']), data: JSON.parse(String(value)) as unknown }))
    },
    async row<Row extends object>(table: TableInfo, key: string) {
      const [found] = await query<{ row: Row & { version?: number } }>(
        `SELECT to_json(t) AS row FROM "${table.name}" AS t WHERE "${table.key}" = $1`,
        [key],
      )
      if (found === undefined) return undefined
      const { version: _version, ...row } = found.row
      return row as unknown as Row
    },
    parked: () => runtime.parking.list({}),
    parking: runtime.parking,
    settled,
    query,
    async stop() {
      await runtime.stop()
      await pool.end()
    },
  }
}
