import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lagFindings } from '../src/doctor/lag.ts'
import { newId } from '../src/ids.ts'
import { readStack } from '../src/stack/stack.ts'

const brokers = process.env['KAFKA_BROKERS'] ?? ''
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING })
const admin = kafka.admin()
// Topics of its own: what others write does not count.
const topic = `lag-${newId()}.events`
const group = `lag-${newId()}`
const stack = readStack(new URL('./fixtures/empty-stack.json', import.meta.url).pathname, { KAFKA_BROKERS: brokers })

const look = async () => (await lagFindings(stack, [{ group, topics: [topic] }])).map(({ name, status, detail }) => [name, status, detail])
const commit = (partition: number, offset: number) =>
  admin.setOffsets({ groupId: group, topic, partitions: [{ partition, offset: String(offset) }] })
const produce = async (partition: number, count: number) => {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: Array.from({ length: count }, () => ({ partition, value: 'x' })) })
  await producer.disconnect()
}

beforeAll(async () => {
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true })
})
afterAll(async () => {
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
})

describe('the lag of a consumer group', () => {
  it('is that of all partitions, also of those where nothing was ever committed', async () => {
    await produce(0, 3)
    await produce(1, 4)
    await commit(0, 3)
    expect(await look()).toEqual([[`${group} lag`, 'warn', '4 messages behind (4 a moment ago)']])
    await commit(1, 4)
    expect(await look()).toEqual([[`${group} lag`, 'ok', '0']])
  })

  it('returns to 0 behind the mark of a transaction and behind what was aborted', async () => {
    const producer = kafka.producer({ transactionalId: group, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ partition: 2, value: end }] })
      await transaction[end]()
    }
    await producer.disconnect()
    // Two records and two marks.
    await commit(2, 4)
    expect(await look()).toEqual([[`${group} lag`, 'ok', '0']])
  })

  // fault: removed before it was read
  it('does not hide that messages were removed before they were read', async () => {
    await produce(0, 5)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] })
    expect(await look()).toEqual([
      [`${group} lag`, 'warn', '2 messages behind (2 a moment ago)'],
      [`${group} gap`, 'bad', `3 messages of ${topic}/0 were removed before ${group} read them`],
    ])
  })
})
