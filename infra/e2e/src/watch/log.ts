import { randomUUID } from 'node:crypto'
import { events } from '@murmuration/contracts'
import { eventually } from '@murmuration/testing'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, inject } from 'vitest'

/** A message as it lies in a topic. */
export interface Seen {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly type: string
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: Readonly<Record<string, unknown>>
}

const topics = [...new Set(events.map(({ topic }) => topic))]
const bySaga = new Map<string, Seen[]>()

const parsed = (value: Buffer | null): Seen['data'] => {
  try {
    return JSON.parse(value?.toString('utf8') ?? '') as Seen['data']
  } catch {
    return {}
  }
}

export const kafka = () =>
  new kafkajs.Kafka({
    clientId: 'e2e',
    brokers: inject('stack').brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    // The broker is killed in some tests.
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 60 },
  })

/** Reads along with all topics while this file's tests run. */
export function watchTheLog(): void {
  const groupId = `e2e-${randomUUID()}`
  let consumer: kafkajs.Consumer | undefined
  beforeAll(async () => {
    const reader = kafka().consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false, sessionTimeout: 10_000 })
    consumer = reader
    const ends = await endsOf(topics)
    const joined = new Promise<void>((resolve) => {
      reader.on(reader.events.GROUP_JOIN, () => resolve())
    })
    await reader.connect()
    await reader.subscribe({ topics, fromBeginning: false })
    await reader.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 12,
      eachMessage: ({ topic, partition, message: { key, offset, value, headers: raw = {} } }) => {
        const headers = Object.fromEntries(Object.entries(raw).map(([name, header]) => [name, String(header)]))
        const seen = { topic, partition, offset, headers, type: headers['ce_type'] ?? '', id: headers['ce_id'] ?? '', data: parsed(value) }
        const sagaId = key?.toString('utf8') ?? ''
        const known = bySaga.get(sagaId) ?? []
        // A rebalance may bring a message a second time.
        if (!known.some((each) => each.topic === topic && each.partition === partition && each.offset === offset)) known.push(seen)
        bySaga.set(sagaId, known)
        return Promise.resolve()
      },
    })
    await joined
    for (const end of ends) reader.seek(end)
  })
  afterAll(async () => {
    await consumer?.disconnect()
    await withAdmin((admin) => admin.deleteGroups([groupId])).catch(() => undefined)
    bySaga.clear()
  })
}

export async function withAdmin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = kafka().admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** The offsets at which the next messages will be written. */
export const endsOf = (names: readonly string[]): Promise<{ topic: string; partition: number; offset: string }[]> =>
  withAdmin(async (admin) => {
    const ends = async (topic: string) => {
      // A topic that was made just now, or whose broker came back just now, may still be without its leader.
      const places = await eventually(() => admin.fetchTopicOffsets(topic), { timeoutMs: 10_000, everyMs: 200 })
      return places.map(({ partition, high }) => ({ topic, partition, offset: high }))
    }
    return (await Promise.all(names.map(ends))).flat()
  })

/** What was written of a saga so far. */
export const seenOf = (sagaId: string): readonly Seen[] => bySaga.get(sagaId) ?? []

/** Types of a saga's events, sorted: topics are not ordered against each other. */
export const typesOf = (sagaId: string): string[] =>
  seenOf(sagaId)
    .map(({ type }) => type)
    .sort()

/** Waits for a saga's first event of that type. */
export const event = (sagaId: string, type: string, timeoutMs = 15_000): Promise<Seen> =>
  eventually(
    () => {
      const found = seenOf(sagaId).find((each) => each.type === type)
      if (found === undefined) throw new Error(`no ${type} of ${sagaId}; there are ${typesOf(sagaId).join(', ')}`)
      return found
    },
    { timeoutMs },
  )
