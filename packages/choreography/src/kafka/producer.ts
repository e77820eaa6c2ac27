import { Transient } from '@murmuration/contracts'
import { suppressed } from '@murmuration/telemetry'
import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import { type LogProducer, TooLarge } from '../ports.ts'

/**
 * Not idempotent on purpose: kafkajs's idempotent producer can lose an acknowledged record after a failed send; this one can only write twice, which the
 * inbox absorbs. The caller awaits one send before the next, and throws this producer away after a failed one.
 */
export function kafkaProducer(kafka: Kafka): LogProducer {
  const lastOffsets = new Map<string, bigint>()
  let connected: Promise<Producer> | undefined

  const connect = async (): Promise<Producer> => {
    const producer = kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      metadataMaxAge: 60_000,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 2 },
    })
    await producer.connect()
    return producer
  }

  return {
    send: (topic, records) =>
      suppressed(async () => {
        connected ??= connect()
        const producer = await connected
        const messages = records.map(({ key, headers, body }) => ({ key, headers, value: body }))
        const written = await producer.send({ topic, acks: -1, timeout: 10_000, messages }).catch((error: unknown) => {
          throw isTooLarge(error) ? new TooLarge(`the broker takes no message of this size on ${topic}`, { cause: error }) : error
        })
        for (const { topicName, partition, baseOffset } of written) {
          const place = `${topicName}/${partition}`
          const offset = BigInt(baseOffset ?? '-1')
          const last = lastOffsets.get(place) ?? -1n
          if (offset <= last)
            throw new Transient(
              `the broker acknowledged offset ${offset} on ${place}, where ${last} was already written: nothing new is there`,
            )
          lastOffsets.set(place, offset)
        }
      }),
    async close() {
      await (await connected)?.disconnect()
    },
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  (['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes((error as { type?: string }).type ?? '') || isTooLarge(error.cause))
