import { logger, suppressed } from '@murmuration/telemetry'
import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs'
import { logMessage } from '../log-message.ts'
import { patiently } from '../patiently.ts'
import type { ConsumeOptions, LogConsumer, LogMessage, Position } from '../ports.ts'
import { coPartitionAssigner } from './assigner.ts'
import { addCodecs } from './codecs.ts'
import { classify } from './errors.ts'
import { expelTheDead, type GroupMembers } from './expel.ts'
import { removed } from './removed.ts'

const log = logger('choreography')

/** A stuck member is replaced after this long; a handler that only waits for room keeps its session by heartbeats. */
const SESSION_MS = 10_000
const HEARTBEAT_MS = 1_000
/** A fetch that nobody waits for brings so much, or what came in so long. */
const LAZY_BYTES = 262_144
const LAZY_MS = 100

addCodecs()

/**
 * Consumes through eachBatch, which hands over at once and never throws: kafkajs would crash and redeliver for ever. Nothing is committed by
 * kafkajs itself; our own commits are lazy.
 */
export async function consume(
  kafka: Kafka,
  { group, topics, from, deliver, reassigned, caughtUp, lazy = () => false, fatal }: ConsumeOptions,
  partitionsOf: (topic: string) => number | undefined,
  members?: GroupMembers,
): Promise<LogConsumer> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 15_000,
    maxWaitTimeInMs: () => (lazy() ? LAZY_MS : 500),
    minBytes: () => (lazy() ? LAZY_BYTES : 1),
    maxBytesPerPartition: 1_048_576,
    maxBytes: 5_242_880,
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    partitionAssigners: [coPartitionAssigner],
    retry: { initialRetryTime: 100, maxRetryTime: 1_500, retries: 30, restartOnFailure: () => Promise.resolve(true) },
  })
  let stopped = false
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment, memberId } }) => {
    members?.joined(memberId).catch((error: unknown) => log.info({ err: error, group }, 'who joined the group could not be noted'))
    const own = (topic: string) => memberAssignment[topic] ?? []
    reassigned({
      alone: topics.every((topic) => own(topic).length === partitionsOf(topic)),
      owns: (topic, partition) => own(topic).includes(partition),
    })
  })
  if (caughtUp !== undefined) consumer.on(consumer.events.EMPTY_FETCH, ({ payload: { topic, partition } }) => caughtUp(topic, partition))
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (stopped || restart) log.warn({ err: error, restart }, 'the consumer crashed')
    else fatal(error)
  })

  consumer.on(consumer.events.OFFSET_OUT_OF_RANGE, ({ payload }) => {
    void tellRemoved(payload)
  })
  // A partition may end in what is not for consumers (marks of transactions, what was aborted): behind it the lag is 0.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
    if (batchSize === 0 && !stopped) void deliver([], { topic, partition, offset: behind(lastOffset) })
  })

  /** kafkajs goes on by itself at the beginning of what is left; this says what was missed. */
  const tellRemoved = async (position: Position): Promise<void> => {
    try {
      const message = await removed(kafka, position)
      if (message === undefined || stopped) return
      log.error({ group, topic: position.topic, partition: position.partition, detail: message.unreadable?.detail }, 'messages are missing')
      await deliver([message])
    } catch (error) {
      log.error({ err: error, group, ...position }, 'messages were removed before they were read; how many is not known')
    }
  }

  const eachBatch = async ({ batch, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> => {
    if (stopped || !isRunning() || isStale()) return
    const messages = batch.messages.map((message) => toLogMessage(batch.topic, batch.partition, message))
    // While there is no room, the session is kept alive; a heartbeat that fails means a rebalance, and kafkajs has to see it.
    const end = endOf(batch)
    const delivered = deliver(messages, end).then(() => true)
    if (BigInt(end.offset) >= BigInt(batch.highWatermark)) caughtUp?.(batch.topic, batch.partition)
    for (let waited = false; !waited; ) {
      const nap = Promise.withResolvers<boolean>()
      const timer = setTimeout(nap.resolve, HEARTBEAT_MS, false)
      waited = await Promise.race([delivered, nap.promise])
      clearTimeout(timer)
      if (!waited) await heartbeat()
    }
  }

  await suppressed(async () => {
    await patiently('Kafka', async () => {
      try {
        await consumer.connect()
        await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' })
      } catch (error) {
        throw classify(error)
      }
    })
    if (members !== undefined) await expelTheDead(kafka, group, members)
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: true, partitionsConsumedConcurrently: 64, eachBatch })
  })

  return {
    commit: (positions) =>
      suppressed(async () => {
        if (positions.length > 0)
          await consumer.commitOffsets(positions.map(({ topic, partition, offset }) => ({ topic, partition, offset })))
      }),
    pause() {
      stopped = true
      consumer.pause(topics.map((topic) => ({ topic })))
    },
    async close() {
      stopped = true
      await suppressed(() => consumer.disconnect())
    },
  }
}

const behind = (offset: string): string => String(BigInt(offset) + 1n)
const endOf = (batch: EachBatchPayload['batch']): Position => ({
  topic: batch.topic,
  partition: batch.partition,
  offset: behind(batch.lastOffset()),
})

/** Our patch of kafkajs (infra/patches) reads a single header without decoding the others, and makes one record of a batch that it cannot decode. */
type Message = kafkajs.KafkaMessage & {
  header(name: string): Buffer | null | undefined
  rawHeaders(): [Buffer, Buffer | null][]
  readonly unreadable?: { readonly firstOffset: string; readonly error: Error }
}

export function toLogMessage(topic: string, partition: number, record: kafkajs.KafkaMessage): LogMessage {
  const message = record as Message
  const { offset, key, value, unreadable } = message
  const read = logMessage({
    topic,
    partition,
    offset,
    timestamp: Number(message.timestamp),
    key,
    value,
    headers: () => message.rawHeaders(),
    type: message.header('ce_type'),
    id: () => message.header('ce_id'),
  })
  if (unreadable === undefined) return read
  const { firstOffset, error } = unreadable
  const which = firstOffset === offset ? `offset ${offset}` : `offsets ${firstOffset} to ${offset}`
  return { ...read, unreadable: { reason: 'undecodable', detail: `${which} cannot be decoded: ${error.message}` } }
}
