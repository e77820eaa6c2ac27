import { logger, suppressed } from '@murmuration/telemetry'
import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs'
import { patiently } from '../patiently.ts'
import type { ConsumeOptions, LogConsumer, LogMessage } from '../ports.ts'
import { coPartitionAssigner } from './assigner.ts'
import { classify } from './errors.ts'

const log = logger('choreography')

/** A stuck member is replaced after this long; a handler that only waits for room keeps its session by heartbeats. */
const SESSION_MS = 10_000
const HEARTBEAT_MS = 1_000

/**
 * Consumes through eachBatch, which hands over at once and never throws: kafkajs would crash and redeliver for ever. Nothing is committed by
 * kafkajs itself; our own commits are lazy.
 */
export async function consume(kafka: Kafka, { group, topics, from, deliver, reassigned, fatal }: ConsumeOptions): Promise<LogConsumer> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 15_000,
    maxWaitTimeInMs: 500,
    minBytes: 1,
    maxBytesPerPartition: 1_048_576,
    maxBytes: 5_242_880,
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    partitionAssigners: [coPartitionAssigner],
    retry: { initialRetryTime: 100, maxRetryTime: 1_500, retries: 30, restartOnFailure: () => Promise.resolve(true) },
  })
  let stopped = false
  consumer.on(consumer.events.GROUP_JOIN, () => reassigned())
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (stopped || restart) log.warn({ err: error, restart }, 'the consumer crashed')
    else fatal(error)
  })

  const eachBatch = async ({ batch, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> => {
    if (stopped || !isRunning() || isStale()) return
    const messages = batch.messages.map((message) => toLogMessage(batch.topic, batch.partition, message))
    // While there is no room, the session is kept alive; a heartbeat that fails means a rebalance, and kafkajs has to see it.
    const delivered = deliver(messages).then(() => true)
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

/** Our patch of kafkajs reads a single header without decoding the others (infra/patches). */
type Message = kafkajs.KafkaMessage & { header?(name: string): Buffer | null | undefined }

function toLogMessage(topic: string, partition: number, message: Message): LogMessage {
  let decoded: Record<string, string> | undefined
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key === null ? null : message.key.toString('utf8'),
    value: message.value,
    type: text(message.header?.('ce_type') ?? message.headers?.['ce_type']),
    get headers() {
      if (decoded === undefined) {
        decoded = {}
        for (const name in message.headers) decoded[name] = text(message.headers[name]) ?? ''
      }
      return decoded
    },
    get timestamp() {
      return Number(message.timestamp)
    },
  }
}

const text = (header: kafkajs.IHeaders[string] | null): string | undefined =>
  header === undefined || header === null ? undefined : String(Array.isArray(header) ? header[0] : header)
