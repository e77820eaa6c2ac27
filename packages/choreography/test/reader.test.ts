import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { uniqueName } from '@murmuration/testing'
import kafkajs from 'kafkajs'
import { afterAll, describe, expect, it } from 'vitest'
import { PARTITIONS } from '../src/kafka/log.ts'
import type { LogReader, Passage, Spot } from '../src/log-reader.ts'
import type { EventLog } from '../src/ports.ts'
import { kafkaLog, kafkaReader, memoryLog, memoryReader } from '../src/testing.ts'

const brokers = String(process.env['KAFKA_BROKERS']).split(',')
const onKafka = { log: kafkaLog({ brokers, clientId: 'reader' }), reader: kafkaReader({ brokers, clientId: 'reader' }) }
const inMemory = (() => {
  const log = memoryLog({ partitions: PARTITIONS })
  return { log, reader: memoryReader(log, PARTITIONS) }
})()
afterAll(() => Promise.all([onKafka.reader.close(), inMemory.reader.close()]))

async function topicOn(log: EventLog): Promise<string> {
  const topic = uniqueName('reader')
  await log.ensureTopics([topic])
  return topic
}
const write = (log: EventLog, topic: string, key: string, ...rounds: number[]) =>
  log.producer().send(
    topic,
    rounds.map((round) => ({ id: randomUUID(), topic, key, headers: { ce_type: 'Tested' }, body: JSON.stringify({ round }) })),
  )
const roundsOf = (passages: readonly Passage[]): unknown[] =>
  passages.flatMap(({ messages }) => messages.map(({ value }) => (JSON.parse(String(value)) as { round: number }).round))
/** Reads on and on until there is nothing more. */
async function all(reader: LogReader, spots: readonly Spot[]): Promise<unknown[]> {
  const passages = await reader.read(spots, 0)
  return passages.length === 0 ? [] : [...roundsOf(passages), ...(await all(reader, passages))]
}

describe.each([
  ['kafka', onKafka],
  ['memory', inMemory],
])('a reader of the log on %s', (_name, { log, reader }) => {
  it('finds all that was written under a key in the key’s own partition, in order', async () => {
    const topic = await topicOn(log)
    for (const key of ['one', 'two', 'three', 'four', 'five']) {
      await write(log, topic, key, 1, 2, 3)
      const places = await reader.placesOf([topic], key)
      const [spot] = await reader.offsets(places, 'earliest')
      const passages = await reader.read([spot as Spot], 1000)
      expect(places).toHaveLength(1)
      const own = passages.map((passage) => ({ ...passage, messages: passage.messages.filter((message) => message.key === key) }))
      expect(roundsOf(own)).toEqual([1, 2, 3])
    }
  })

  it('reads on where it was, and says where that is', async () => {
    const topic = await topicOn(log)
    await write(log, topic, 'key', 1, 2)
    const places = await reader.placesOf([topic], 'key')
    const first = await reader.read(await reader.offsets(places, 'earliest'), 1000)
    await write(log, topic, 'key', 3)
    expect(roundsOf(await reader.read(first, 1000))).toEqual([3])
    expect(first.map(({ offset }) => offset)).toEqual([2n])
  })

  it('begins at a time, and at the end when nothing is that young', async () => {
    const topic = await topicOn(log)
    await write(log, topic, 'key', 1)
    await sleep(20)
    const since = Date.now()
    await sleep(20)
    await write(log, topic, 'key', 2, 3)
    const places = await reader.placesOf([topic], 'key')
    expect(await all(reader, await reader.offsets(places, since))).toEqual([2, 3])
    expect(await reader.offsets(places, Date.now() + 60_000)).toEqual(await reader.offsets(places, 'latest'))
  })

  it('passes over nothing that is written while it looks for a time', async () => {
    for (let round = 0; round < 10; round++) {
      const topic = await topicOn(log)
      const places = await reader.placesOf([topic], 'key')
      const [spots] = await Promise.all([reader.offsets(places, Date.now() - 60_000), write(log, topic, 'key', 1)])
      expect(await all(reader, spots)).toEqual([1])
    }
  })

  it('waits for what comes, in any partition of any topic, and not longer than it was told to', async () => {
    const topics = [await topicOn(log), await topicOn(log)]
    const ends = await reader.offsets(await reader.places(topics), 'latest')
    expect(ends).toHaveLength(2 * PARTITIONS)
    const start = performance.now()
    expect(await reader.read(ends, 100)).toEqual([])
    expect(performance.now() - start).toBeLessThan(3000)
    await write(log, topics[1] as string, 'key', 7)
    expect(roundsOf(await reader.read(ends, 5000))).toEqual([7])
  })
})

describe('a reader of Kafka', () => {
  const { log, reader } = onKafka
  const client = new kafkajs.Kafka({ brokers, clientId: 'reader-test', logLevel: kafkajs.logLevel.NOTHING })

  it('goes on with the first message that is there when those before it were removed', async () => {
    const topic = await topicOn(log)
    await write(log, topic, 'key', 1, 2, 3)
    const places = await reader.placesOf([topic], 'key')
    const start = await reader.offsets(places, 'earliest')
    const admin = client.admin()
    await admin.connect()
    // It asks a leader that it must have heard of.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: places[0]?.partition ?? 0, offset: '2' }] })
    await admin.disconnect()
    const moved = await reader.read(start, 0)
    expect(moved).toMatchObject([{ offset: 2n, messages: [] }])
    expect(await all(reader, moved)).toEqual([3])
  })

  it('does not show what was rolled back, and gets past the marks of transactions', async () => {
    const topic = await topicOn(log)
    await write(log, topic, 'key', 1)
    const producer = client.producer({ transactionalId: uniqueName('rolled-back'), maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    for (const [round, end] of [[2, 'abort'] as const, [3, 'commit'] as const]) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ key: 'key', value: JSON.stringify({ round }) }] })
      await transaction[end]()
    }
    await producer.disconnect()
    const places = await reader.placesOf([topic], 'key')
    expect(await all(reader, await reader.offsets(places, 'earliest'))).toEqual([1, 3])
  })
})
