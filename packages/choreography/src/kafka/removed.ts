import { suppressed } from '@murmuration/telemetry'
import type { Kafka } from 'kafkajs'
import { logMessage } from '../log-message.ts'
import type { LogMessage, Position } from '../ports.ts'

/**
 * What stands in the place of the messages that a consumer was to read next and that are gone (retention, delete-records): kafkajs would go on at the
 * beginning of what is left without a word. Undefined where nothing is missing: the position lies behind the end.
 */
export const removed = (kafka: Kafka, { topic, partition, offset }: Position): Promise<LogMessage | undefined> =>
  suppressed(async () => {
    const admin = kafka.admin()
    try {
      await admin.connect()
      const first = (await admin.fetchTopicOffsets(topic)).find((found) => found.partition === partition)?.low
      if (first === undefined || BigInt(first) <= BigInt(offset)) return undefined
      const last = String(BigInt(first) - 1n)
      const detail = `${BigInt(first) - BigInt(offset)} messages were removed before they were read: offsets ${offset} to ${last}`
      const place = { topic, partition, offset: last, timestamp: Date.now(), key: null, value: null, headers: () => [] }
      return { ...logMessage(place), unreadable: { reason: 'removed' as const, detail } }
    } finally {
      await admin.disconnect().catch(() => {})
    }
  })
