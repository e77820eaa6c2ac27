import { type EventLog, kafkaLog } from '@murmuration/choreography'
import { platformaticLog } from '@murmuration/choreography/platformatic'
import { postgresStore } from '@murmuration/choreography/postgres'
import { createDatabase, dropDatabase } from '@murmuration/database'
import kafkajs from 'kafkajs'
import pg from 'pg'
import { prepareBare, skus } from '../bare/run.ts'
import { type BareSaga, bareSaga } from '../bare/steps.ts'
import { prefix } from './messages.ts'
import { type IdealService, idealService } from './service.ts'
import { last, steps } from './steps.ts'

/** Kafka clients behind the runtime's port. */
export const clients = { kafkajs: kafkaLog, platformatic: platformaticLog } as const
export type Client = keyof typeof clients

export interface Ideal {
  readonly client: Client
  readonly sagas: number
  readonly seconds: number
  readonly perSecond: number
  /** Of this one process, without broker and database. */
  readonly cpuMsPerSaga: number
}

const warmUpMs = 2_000
const patienceMs = 30_000
const services = [...new Set(steps.map(({ service }) => service))]
const topics = [...new Set(steps.flatMap(({ emits }) => emits.map(({ topic }) => `${prefix}${topic}`)))]

async function removeTopics(brokers: string): Promise<void> {
  const admin = new kafkajs.Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  const there = await admin.listTopics()
  await admin.deleteTopics({ topics: topics.filter((topic) => there.includes(topic)) }).catch(() => undefined)
  await admin.disconnect()
}

/** All services' steps in this process; `place` begins a saga, `ended` is told when its last event came back from the broker. */
async function flock(databaseUrl: string, eventLog: EventLog, ended: (orderId: string) => void) {
  const open = new Map<string, BareSaga>()
  const stores = await Promise.all(services.map((consumer) => postgresStore({ databaseUrl, consumer, connections: 2 })))
  const producers = services.map(() => eventLog.producer())
  const byName = new Map<string, IdealService>()
  const deliver = (on: string, saga: BareSaga, id?: string): void => {
    for (const step of steps) if (step.on === on) byName.get(step.service)?.push(id === undefined ? { saga, step } : { saga, step, id })
  }
  for (const [index, name] of services.entries()) {
    const [store, producer] = [stores[index], producers[index]]
    if (store === undefined || producer === undefined) continue
    const conclude = (effect: string, saga: BareSaga): void => deliver(`${effect} done`, saga, `${effect}:${saga.orderId}`)
    byName.set(name, idealService(store, producer, conclude))
  }
  await eventLog.ensureTopics(topics)
  const consumer = await eventLog.consume({
    group: `ideal-${process.pid}`,
    topics,
    from: 'earliest',
    deliver(messages) {
      for (const { key, type = '', headers } of messages) {
        const saga = open.get(key ?? '')
        if (saga === undefined) continue
        deliver(type, saga, headers['ce_id'])
        if (type !== last) continue
        open.delete(saga.orderId)
        ended(saga.orderId)
      }
      return Promise.resolve()
    },
    reassigned() {},
    fatal(error) {
      throw error
    },
  })
  return {
    place(saga: BareSaga): void {
      open.set(saga.orderId, saga)
      deliver('PlaceOrder', saga)
    },
    async stop(): Promise<void> {
      await consumer.close()
      for (const service of byName.values()) await service.idle()
      await Promise.all(producers.map((producer) => producer.close()))
      await Promise.all(stores.map((store) => store.close()))
    },
  }
}

/**
 * How many sagas a second the same statements and the same messages allow in one process: no tracing, no validation, no HTTP, no process boundaries.
 * What is written to the broker is read back from it before it goes on. A database and topics of its own, dropped after.
 */
export async function ideal(
  serverUrl: string,
  brokers: string,
  seconds: number,
  inFlight: number,
  client: Client = 'kafkajs',
): Promise<Ideal> {
  const name = `bench_ideal_${process.pid}`
  const { url } = await createDatabase(serverUrl, name)
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  try {
    await prepareBare(pool)
    let [placed, ended, closed] = [0, 0, false]
    // They end in waves, so what is measured begins and ends with one: a second more or less would count a whole wave more or less.
    let at = { ended, time: performance.now(), cpu: process.cpuUsage() }
    const eventLog = clients[client]({ brokers: brokers.split(','), clientId: 'ideal' })
    const all = await flock(url, eventLog, () => {
      at = { ended: ++ended, time: performance.now(), cpu: process.cpuUsage() }
      if (!closed) next()
    })
    const next = (): void => all.place(bareSaga(placed++, skus))
    for (let n = 0; n < inFlight; n++) next()
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    await pause(warmUpMs)
    // They set out together, and go on in waves: the first one is not to be measured.
    for (const since = performance.now(); ended < inFlight && performance.now() - since < patienceMs; ) await pause(20)
    const from = at
    await pause(seconds * 1000)
    const until = at
    closed = true
    for (const since = performance.now(); ended < placed; await pause(20))
      if (performance.now() - since > patienceMs) throw new Error(`${placed - ended} ideal sagas did not end`)
    await all.stop()
    const [sagas, took] = [until.ended - from.ended, (until.time - from.time) / 1000]
    const cpuMs = (until.cpu.user + until.cpu.system - from.cpu.user - from.cpu.system) / 1_000
    return {
      client,
      sagas,
      seconds: Math.round(took * 100) / 100,
      perSecond: Math.round((sagas / Math.max(0.001, took)) * 10) / 10,
      cpuMsPerSaga: Math.round((cpuMs * 1000) / Math.max(1, sagas)) / 1000,
    }
  } finally {
    await pool.end()
    await removeTopics(brokers)
    await dropDatabase(serverUrl, name)
  }
}
