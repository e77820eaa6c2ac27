import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, uniqueName } from '@murmuration/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { PARTITIONS } from '../src/kafka/log.ts'
import { platformaticLog } from '../src/platformatic/log.ts'
import type { EventLog, LogConsumer, LogMessage, OutgoingRecord } from '../src/ports.ts'
import { kafkaLog, memoryLog } from '../src/testing.ts'

const logs: [string, () => EventLog][] = [
  ['kafka', () => kafkaLog({ brokers: String(process.env['KAFKA_BROKERS']).split(','), clientId: 'conformance' })],
  ['platformatic', () => platformaticLog({ brokers: String(process.env['KAFKA_BROKERS']).split(','), clientId: 'conformance' })],
  ['memory', () => memoryLog({ partitions: PARTITIONS })],
]

/** What the runtime relies on, whichever client is behind the port. */
describe.each(logs)('the event log on %s', (_name, make) => {
  const log = make()
  const consumers: LogConsumer[] = []
  afterAll(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close()))
    await log.close()
  })
  const topicOf = async () => {
    const topic = uniqueName('conformance')
    await log.ensureTopics([topic])
    return topic
  }
  const record = (topic: string, key: string, body: unknown = {}): OutgoingRecord => ({
    id: randomUUID(),
    topic,
    key,
    headers: { ce_id: randomUUID(), ce_type: 'Tested' },
    body: JSON.stringify(body),
  })
  const collect = async (topic: string, group: string, options: Partial<Parameters<EventLog['consume']>[0]> = {}) => {
    const messages: LogMessage[] = []
    const ids = new Set<string>()
    const consumer = await log.consume({
      group,
      topics: [topic],
      from: 'earliest',
      deliver: (delivered) => {
        // At least once is what is promised: a broker that moves a leader makes the producer write again, a rebalance makes the consumer read again.
        for (const message of delivered) {
          const id = message.headers['ce_id'] ?? ''
          if (!ids.has(id)) messages.push(message)
          ids.add(id)
        }
        return Promise.resolve()
      },
      reassigned() {},
      fatal(error) {
        throw error
      },
      ...options,
    })
    consumers.push(consumer)
    return { messages, consumer }
  }

  it('creates topics once, also when asked twice at the same time', async () => {
    const topic = uniqueName('conformance')
    await Promise.all([log.ensureTopics([topic]), log.ensureTopics([topic])])
    await log.ensureTopics([topic])
  })

  it('delivers key, headers and body as they were written, in order for each key', async () => {
    const topic = await topicOf()
    const producer = log.producer()
    const keys = Array.from({ length: 20 }, () => randomUUID())
    for (let round = 0; round < 5; round++)
      await producer.send(
        topic,
        keys.map((key) => record(topic, key, { round })),
      )
    const { messages } = await collect(topic, uniqueName('group'))
    await eventually(() => expect(messages).toHaveLength(100), { timeoutMs: 25_000 })
    for (const key of keys) {
      const rounds = messages
        .filter((message) => message.key === key)
        .map(({ value }) => (JSON.parse(String(value)) as { round: number }).round)
      expect(rounds).toEqual([0, 1, 2, 3, 4])
      expect(new Set(messages.filter((message) => message.key === key).map(({ partition }) => partition)).size).toBe(1)
    }
    expect(messages[0]?.headers).toMatchObject({ ce_type: 'Tested' })
    await producer.close()
  })

  it('spreads keys over all partitions', async () => {
    const topic = await topicOf()
    const producer = log.producer()
    await producer.send(
      topic,
      Array.from({ length: 100 }, () => record(topic, randomUUID())),
    )
    const { messages } = await collect(topic, uniqueName('group'))
    await eventually(() => expect(messages).toHaveLength(100), { timeoutMs: 25_000 })
    expect(new Set(messages.map(({ partition }) => partition)).size).toBe(PARTITIONS)
    await producer.close()
  })

  it('goes on after a restart where the group had committed, and delivers the rest again', async () => {
    const topic = await topicOf()
    const group = uniqueName('group')
    const producer = log.producer()
    const key = randomUUID()
    await producer.send(
      topic,
      [1, 2, 3, 4].map((n) => record(topic, key, { n })),
    )
    const first = await collect(topic, group)
    await eventually(() => expect(first.messages).toHaveLength(4), { timeoutMs: 25_000 })
    const [, second] = first.messages as [LogMessage, LogMessage]
    await first.consumer.commit([{ topic, partition: second.partition, offset: String(BigInt(second.offset) + 1n) }])
    await first.consumer.close()
    const again = await collect(topic, group)
    await eventually(() => expect(again.messages).toHaveLength(2), { timeoutMs: 25_000 })
    expect(again.messages.map(({ value }) => (JSON.parse(String(value)) as { n: number }).n)).toEqual([3, 4])
    await producer.close()
  })

  it('starts at the end for who only wants what is new', async () => {
    const topic = await topicOf()
    const producer = log.producer()
    await producer.send(topic, [record(topic, 'old')])
    let joined = false
    const { messages } = await collect(topic, uniqueName('group'), { from: 'latest', reassigned: () => (joined = true) })
    await eventually(() => expect(joined).toBe(true), { timeoutMs: 25_000 })
    // The join is announced before the first fetch has asked where the end is.
    await sleep(500)
    await producer.send(topic, [record(topic, 'new')])
    await eventually(() => expect(messages.map(({ key }) => key)).toEqual(['new']), { timeoutMs: 25_000 })
    await producer.close()
  })

  it('delivers no more than the consumer has room for', async () => {
    const topic = await topicOf()
    const producer = log.producer()
    const key = randomUUID()
    await producer.send(topic, [record(topic, key, { n: 1 })])
    const delivered: number[] = []
    let makeRoom = () => {}
    const room = new Promise<void>((resolve) => (makeRoom = resolve))
    await collect(topic, uniqueName('group'), {
      deliver: async (messages) => {
        delivered.push(messages.length)
        await room
      },
    })
    await eventually(() => expect(delivered).toEqual([1]), { timeoutMs: 25_000 })
    await producer.send(topic, [record(topic, key, { n: 2 })])
    await sleep(300)
    expect(delivered).toEqual([1])
    makeRoom()
    await eventually(() => expect(delivered).toEqual([1, 1]), { timeoutMs: 25_000 })
    await producer.close()
  })
})
