import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import { refused } from '../errors.ts'
import { newId } from '../ids.ts'
import { type Brokers, kafkaFailure, kafkaOf, withAdmin } from './client.ts'

/** Where a message lies. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** A message as it lies in a topic; headers and body as UTF-8. */
export interface StoredMessage extends Place {
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** When it was written, milliseconds since 1970. */
  readonly timestamp: number
}

interface Range {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  /** The first offset that is not read: what was there when we looked. */
  readonly until: bigint
}

const READ_TIMEOUT_MS = 60_000

/** Reads what lies in these topics now and was written since `sinceMs`, and keeps what `pick` makes of it; undefined: nothing. In each partition's order. */
export async function readTopics<Picked>(
  stack: Brokers,
  topics: readonly string[],
  sinceMs: number,
  pick: (message: StoredMessage) => Picked | undefined,
): Promise<Picked[]> {
  return await readRanges(stack, pick, async (admin) => {
    const existing = new Set(await admin.listTopics())
    return (await Promise.all(topics.filter((topic) => existing.has(topic)).map((topic) => rangesOf(admin, topic, sinceMs)))).flat()
  })
}

/** The same of one partition only, up to the message at that place, which is left out. */
export async function readBefore<Picked>(
  stack: Brokers,
  { topic, partition, offset }: Place,
  sinceMs: number,
  pick: (message: StoredMessage) => Picked | undefined,
): Promise<Picked[]> {
  return await readRanges(stack, pick, async (admin) =>
    (await rangesOf(admin, topic, sinceMs))
      .filter((range) => range.partition === partition && range.from < BigInt(offset))
      .map((range) => ({ ...range, until: BigInt(offset) })),
  )
}

async function readRanges<Picked>(
  stack: Brokers,
  pick: (message: StoredMessage) => Picked | undefined,
  rangesIn: (admin: Admin) => Promise<readonly Range[]>,
): Promise<Picked[]> {
  return await withAdmin(stack, async (admin) => {
    const ranges = await rangesIn(admin)
    if (ranges.length === 0) return []
    const group = `murmur-${newId()}`
    try {
      return await read(kafkaOf(stack, 12), group, ranges, pick)
    } catch (error) {
      throw kafkaFailure(stack, error)
    } finally {
      // It served this one reading only.
      await admin.deleteGroups([group]).catch(() => {})
    }
  })
}

async function rangesOf(admin: Admin, topic: string, sinceMs: number): Promise<Range[]> {
  const [ends, starts] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchTopicOffsetsByTimestamp(topic, sinceMs)])
  return ends.flatMap(({ partition, high, low }) => {
    const start = BigInt(starts.find((found) => found.partition === partition)?.offset ?? low)
    // −1 says that nothing is that young.
    const from = start < 0n ? BigInt(high) : start < BigInt(low) ? BigInt(low) : start
    return from < BigInt(high) ? [{ topic, partition, from, until: BigInt(high) }] : []
  })
}

const placeOf = ({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string => `${topic}/${partition}`

async function read<Picked>(
  kafka: Kafka,
  groupId: string,
  ranges: readonly Range[],
  pick: (message: StoredMessage) => Picked | undefined,
): Promise<Picked[]> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000 })
  const found: Picked[] = []
  const open = new Map(ranges.map((range) => [placeOf(range), range]))
  let crash: Error | undefined
  let progressAt = Date.now()
  // On a young broker the first try to join may fail: kafkajs then starts again by itself, and `run` has long resolved.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) crash = payload.error
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    progressAt = Date.now()
    for (const { topic, partition, from } of open.values()) consumer.seek({ topic, partition, offset: String(from) })
    for (const [topic, assigned] of Object.entries(memberAssignment))
      consumer.pause([{ topic, partitions: assigned.filter((partition) => !open.has(placeOf({ topic, partition }))) }])
  })
  // Also of what holds no messages for consumers: the marks of transactions, which a partition may end in.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    progressAt = Date.now()
    const range = open.get(placeOf({ topic, partition }))
    const next = BigInt(lastOffset) + 1n
    if (range === undefined || next <= range.from) return
    if (next >= range.until) open.delete(placeOf(range))
    else open.set(placeOf(range), { ...range, from: next })
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...new Set(ranges.map(({ topic }) => topic))], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 6,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        const range = open.get(placeOf({ topic, partition }))
        if (range === undefined) return Promise.resolve()
        for (const { offset, key, value, headers = {}, timestamp } of messages) {
          const at = BigInt(offset)
          if (at < range.from || at >= range.until) continue
          const picked = pick({
            topic,
            partition,
            offset,
            key: key?.toString('utf8') ?? null,
            body: value?.toString('utf8') ?? '',
            headers: textsOf(headers),
            timestamp: Number(timestamp),
          })
          if (picked !== undefined) found.push(picked)
        }
        return Promise.resolve()
      },
    })
    while (open.size > 0 && crash === undefined && Date.now() < progressAt + READ_TIMEOUT_MS) await sleep(10)
    if (crash !== undefined) throw crash
    if (open.size > 0) throw refused(`the topics bring nothing more for ${READ_TIMEOUT_MS / 1000} s`, 'Narrow it with --since.')
    return found
  } finally {
    await consumer.disconnect().catch(() => {})
  }
}

const textsOf = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('utf8') : String(value)]),
  )
