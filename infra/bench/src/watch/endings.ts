import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import type { Sign } from '../stats/ledger.ts'

const signs: Readonly<Record<string, Sign>> = {
  OrderConfirmed: 'confirmed',
  NotificationSent: 'notified',
  OrderCancelled: 'cancelled',
  OrderFailed: 'failed',
}
const topics = ['order.events', 'notification.events']
// Between two fetches: one for every single message would be a load of its own on the broker. Adds half of it to a saga's time.
const breathMs = 5

export interface Watch {
  stop(): Promise<void>
}

/** Where a topic ends now. One that was made a moment ago may still be without its leader, which kafkajs does not wait for. */
async function endsOf(admin: kafkajs.Admin, topic: string): Promise<{ topic: string; partition: number; offset: string }[]> {
  for (let tries = 1; ; tries++) {
    try {
      return (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ topic, partition, offset: high }))
    } catch (error) {
      if (tries === 20) throw error
      await sleep(250)
    }
  }
}

/**
 * Tells of every saga's ends as they appear on the topics, from now on: whatever is written after the promise is fulfilled is seen. Bodies
 * are not read: type and saga are in the headers and the key. `at` is performance.now().
 */
export async function watchEndings(brokers: string, saw: (sagaId: string, sign: Sign, at: number) => void): Promise<Watch> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = (await Promise.all(topics.map((topic) => endsOf(admin, topic)))).flat()
  const groupId = `bench-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, minBytes: 1, allowAutoTopicCreation: false })
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve())
  })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: false })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 12,
    eachBatch: ({ batch }) => {
      const at = performance.now()
      for (const { key, headers } of batch.messages) {
        const sign = signs[String(headers?.['ce_type'])]
        if (sign !== undefined && key !== null) saw(key.toString('utf8'), sign, at)
      }
      return sleep(breathMs)
    },
  })
  await joined
  for (const place of ends) consumer.seek(place)
  return {
    async stop() {
      await consumer.disconnect()
      await admin.deleteGroups([groupId]).catch(() => undefined)
      await admin.disconnect()
    },
  }
}
