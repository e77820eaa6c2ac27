import { uniqueName } from '@murmuration/testing'
import { type CompressionAlgorithmValue, Producer } from '@platformatic/kafka'
import kafkajs from 'kafkajs'
import type { EventLog, LogMessage } from '../src/ports.ts'
import { kafkaLog } from '../src/testing.ts'

export const brokers = String(process.env['KAFKA_BROKERS']).split(',')

/** A message as any client can write it, to the byte. */
export interface Foreign {
  readonly key?: Buffer
  readonly value?: Buffer
  readonly headers?: readonly (readonly [Buffer, Buffer])[]
  readonly timestamp?: bigint
}

/** Topics of this test alone that a service under test takes for those of its contract: other suites read the real ones on the same broker. */
export function ownTopics(): { log: EventLog; of(topic: string): string; groupOf(group: string): string } {
  const run = uniqueName('strange')
  const of = (topic: string) => `${run}.${topic}`
  const back = <Place extends { readonly topic: string }>(place: Place): Place =>
    ({ ...place, topic: place.topic.slice(run.length + 1) }) as Place
  const log = kafkaLog({ brokers, clientId: run })
  // A message keeps its lazy parts.
  const backAgain = (message: LogMessage): LogMessage =>
    Object.create(message, { topic: { value: message.topic.slice(run.length + 1), enumerable: true } }) as LogMessage
  return {
    of,
    groupOf: of,
    log: {
      ...log,
      ensureTopics: (topics) => log.ensureTopics(topics.map(of)),
      async consume(options) {
        const consumer = await log.consume({
          ...options,
          group: of(options.group),
          topics: options.topics.map(of),
          deliver: (messages, end) => options.deliver(messages.map(backAgain), end && back(end)),
        })
        return { ...consumer, commit: (positions) => consumer.commit(positions.map((at) => ({ ...at, topic: of(at.topic) }))) }
      },
      producer() {
        const producer = log.producer()
        return { ...producer, send: (topic, records) => producer.send(of(topic), records) }
      },
    },
  }
}

/** Writes what no producer of ours would write. */
export async function write(
  topic: string,
  messages: readonly Foreign[],
  { compression = 'none', partition = 0 }: { compression?: CompressionAlgorithmValue; partition?: number } = {},
): Promise<void> {
  const producer = new Producer({ clientId: 'stranger', bootstrapBrokers: brokers })
  try {
    await producer.send({
      acks: -1,
      compression,
      messages: messages.map(({ headers = [], ...message }) => ({ topic, partition, ...message, headers: new Map(headers) })),
    })
  } finally {
    await producer.close()
  }
}

/** How far a group is behind: end of each partition against its commits, none counting as the beginning. */
export async function lagOf(group: string, topics: readonly string[]): Promise<number> {
  const admin = new kafkajs.Kafka({ brokers, clientId: 'lag', logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    let lag = 0
    const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
    for (const topic of topics)
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
        const offset = committed.find((one) => one.topic === topic)?.partitions.find((one) => one.partition === partition)?.offset ?? '-1'
        lag += Number(high) - Math.max(Number(low), Number(offset))
      }
    return lag
  } finally {
    await admin.disconnect()
  }
}
