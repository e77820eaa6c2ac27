import { randomUUID } from 'node:crypto'
import { OrderPlaced } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { eventually } from '@murmuration/testing'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seal } from '../src/envelope.ts'
import type { Store } from '../src/ports.ts'
import { brokers, type Foreign, lagOf, ownTopics, write } from './foreign.ts'
import { shared } from './instances.ts'
import { restock, SKU } from './sample.ts'

const example = exampleOf(OrderPlaced)
/** A genuine OrderPlaced, as bytes. */
function genuine(orderId: string = randomUUID()): Required<Pick<Foreign, 'key' | 'value' | 'headers'>> & { orderId: string } {
  const event = OrderPlaced({ ...example, orderId, items: [{ ...example.items[0], sku: SKU }] as never })
  const about = { id: randomUUID(), sagaId: orderId, causationId: undefined, time: new Date().toISOString(), origin: {} }
  const { key, headers, body } = seal(event, about)
  const pairs = Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const)
  return { orderId, key: Buffer.from(key), value: Buffer.from(body), headers: pairs }
}
const withHeader = ({ headers, ...message }: ReturnType<typeof genuine>, name: string, value: Buffer | string): Foreign => ({
  ...message,
  headers: [...headers.filter(([known]) => String(known) !== name), [Buffer.from(name), Buffer.from(value)]],
})

/** A service on real PostgreSQL and Kafka, with topics of its own. */
async function started(through?: (store: Store) => Store) {
  const system = await shared()
  const topics = ownTopics()
  const topic = topics.of('order.events')
  const runtime = await system.start({ eventLog: topics.log, ...(through === undefined ? {} : { through }) })
  await runtime.execute(restock, { sku: SKU, quantity: 1_000_000 })
  const parked = () => runtime.parking.list({ limit: 100_000 })
  return {
    ...system,
    runtime,
    topics,
    topic,
    parked,
    lag: () => lagOf(topics.groupOf('inventory'), [topic]),
    /** A good order is reserved: everything written before it to its partition was handled or set aside. */
    async goesOn() {
      const { orderId, ...order } = genuine()
      await write(topic, [order])
      await eventually(
        async () => expect(await system.query('SELECT status FROM reservations WHERE id = $1', [orderId])).toEqual([{ status: 'held' }]),
        {
          timeoutMs: 20_000,
        },
      )
    },
  }
}

const admin = new kafkajs.Kafka({ brokers, clientId: 'admin', logLevel: kafkajs.logLevel.NOTHING }).admin()
beforeAll(() => admin.connect())
afterAll(() => admin.disconnect())
const configure = (topic: string, config: Readonly<Record<string, string>>) =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  })

describe('what no database can hold as text', () => {
  let service: Awaited<ReturnType<typeof started>>
  beforeAll(async () => {
    service = await started()
    // Producers may say any time, too.
    await configure(service.topic, { 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': String(2n ** 63n - 1n) })
  })
  afterAll(() => service.stop())

  const nul = Buffer.from([0])
  const examples: [string, Foreign][] = [
    ['NUL in a name of the body', { ...genuine(), value: Buffer.from('{"a\\u0000":1}') }],
    ['a body of one NUL', { ...genuine(), value: nul }],
    ['a body in UTF-16', { ...genuine(), value: Buffer.from('{"a":1}', 'utf16le') }],
    ['half a surrogate pair', { ...genuine(), value: Buffer.from('{"a\\ud800":1}') }],
    ['NUL in an otherwise good body', { ...genuine(), value: Buffer.from(String(genuine().value).replace('Main', '\\u0000')) }],
    ['bytes that are no UTF-8', { ...genuine(), value: Buffer.from([0x22, 0xff, 0x22]) }],
    ['NUL in the key', { ...genuine(), key: Buffer.from('a\0b') }],
    ['a key of 10 kB', { ...genuine(), key: Buffer.alloc(10_000, 'key') }],
    ['NUL in ce_id', withHeader(genuine(), 'ce_id', 'a\0')],
    ['ce_id of 10 kB', withHeader(genuine(), 'ce_id', 'x'.repeat(10_000))],
    ['NUL in ce_source', withHeader(genuine(), 'ce_source', 'order\0')],
    ['NUL in ce_dataschema', withHeader(genuine(), 'ce_dataschema', '\0')],
    ['NUL in any header of a message that has to be parked', withHeader({ ...genuine(), value: Buffer.from('{') }, 'x', '\0')],
    ['a header without a name', withHeader({ ...genuine(), value: Buffer.from('{') }, '', 'x')],
    ['ce_time that is none', withHeader(genuine(), 'ce_time', 'yesterday')],
    ['no ce_time, and a timestamp in nanoseconds', { ...without(genuine(), 'ce_time'), timestamp: 1_764_500_000_000_000_000n }],
  ]

  // fault: text that cannot be stored
  it.each(examples)('%s: is parked once, to the byte, and the next message is handled', async (_name, message) => {
    const before = new Set((await service.parked()).map(({ id }) => id))
    await write(service.topic, [message])
    await service.goesOn()
    const added = (await service.parked()).filter(({ id }) => !before.has(id))
    expect(added).toHaveLength(1)
    const [{ wire, body }] = (await service.query('SELECT wire, body FROM choreography.parked WHERE id = $1', [added[0]?.id])) as [
      { wire: { key: string; headers: [string, string][] }; body: Buffer },
    ]
    expect(Buffer.from(wire.key, 'base64')).toEqual(message.key)
    expect(body).toEqual(message.value)
    expect(wire.headers.map(([name, value]) => [Buffer.from(name, 'base64'), Buffer.from(value, 'base64')])).toEqual(message.headers)
  })

  it('keeps different keys apart, and lets nobody wait behind an empty one', async () => {
    const broken = (key: Buffer): Foreign => ({ ...genuine(), key, value: Buffer.from('{') })
    await write(service.topic, [broken(Buffer.from([0xff, 0xfe])), broken(Buffer.from([0xfd, 0xfc])), broken(Buffer.alloc(0))])
    await write(service.topic, [{ ...genuine(), key: Buffer.alloc(0) }])
    await service.goesOn()
    const reasons = (await service.parked()).slice(-3).map(({ key, reason }) => [key, reason])
    expect(reasons).toEqual([
      ['\\xfffe', 'malformed'],
      ['\\xfdfc', 'malformed'],
      [null, 'malformed'],
    ])
  })

  it('keeps a header that is called __proto__', async () => {
    await write(service.topic, [withHeader({ ...genuine(), value: Buffer.from('{') }, '__proto__', 'x')])
    await service.goesOn()
    expect(Object.entries((await service.parked()).at(-1)?.headers ?? {})).toContainEqual(['__proto__', 'x'])
  })

  it('hands on the same bytes at a replay, also after a repair elsewhere', async () => {
    const key = Buffer.from([0xff, 0x00])
    await write(service.topic, [{ ...genuine(), key }])
    await service.goesOn()
    const { id } = (await service.parked()).at(-1) as { id: string }
    const before = await service.query('SELECT wire, body FROM choreography.parked WHERE id = $1', [id])
    const { results } = await service.runtime.parking.replay({ ids: [id], dryRun: false })
    expect(results).toMatchObject([{ id, outcome: 'parked', reason: 'malformed' }])
    expect(await service.query('SELECT wire, body FROM choreography.parked WHERE id = $1', [id])).toEqual(before)
  })

  // fault: every byte of a message
  it('any byte of a message may be any other: in the end nothing waits, and what is good goes on', async () => {
    const message = genuine()
    const spoilt: Foreign[] = []
    const spoil = (bytes: Buffer, put: (changed: Buffer) => Foreign) => {
      for (let at = 0; at < bytes.length; at++)
        for (const byte of [0x00, 0x5c, 0x80, 0xff]) {
          const changed = Buffer.from(bytes)
          changed[at] = byte
          spoilt.push(put(changed))
        }
    }
    spoil(message.key, (key) => ({ ...message, key }))
    spoil(message.value, (value) => ({ ...message, value }))
    for (const [at, [name, value]] of message.headers.entries()) {
      spoil(name, (changed) => ({ ...message, headers: message.headers.with(at, [changed, value]) }))
      spoil(value, (changed) => ({ ...message, headers: message.headers.with(at, [name, changed]) }))
    }
    for (let from = 0; from < spoilt.length; from += 500) await write(service.topic, spoilt.slice(from, from + 500))
    await service.goesOn()
    await eventually(async () => expect(await service.lag()).toBe(0), { timeoutMs: 10_000 })
    expect(await service.runtime.readiness()).toEqual({ ready: true, reasons: [] })
    const kept = await service.query("SELECT count(*)::int AS count FROM choreography.parked WHERE wire IS NULL AND kind = 'message'")
    expect(kept).toEqual([{ count: 0 }])
  })
})

const without = ({ headers, ...message }: ReturnType<typeof genuine>, gone: string): Foreign => ({
  ...message,
  headers: headers.filter(([name]) => String(name) !== gone),
})

describe('what cannot be read', () => {
  // fault: compressed by a stranger
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('is read when it is compressed with %s', async (compression) => {
    const service = await started()
    const orders = Array.from({ length: 50 }, () => genuine())
    await write(service.topic, orders, { compression })
    await eventually(async () => expect(await service.query('SELECT id FROM reservations')).toHaveLength(50), { timeoutMs: 20_000 })
    await service.stop()
  })

  // fault: no codec decodes
  it('is passed over when no codec decodes it, and parked by its place', async () => {
    const { CompressionTypes, CompressionCodecs } = kafkajs
    const known = CompressionCodecs[CompressionTypes.LZ4]
    const service = await started()
    await service.goesOn()
    CompressionCodecs[CompressionTypes.LZ4] = () => {
      throw new Error('no such codec')
    }
    try {
      await write(service.topic, [genuine(), genuine()], { compression: 'lz4' })
      await service.goesOn()
      expect(await service.parked()).toMatchObject([
        { reason: 'undecodable', detail: 'offsets 1 to 2 cannot be decoded: no such codec', offset: '2', key: null },
      ])
      await eventually(async () => expect(await service.lag()).toBe(0))
    } finally {
      CompressionCodecs[CompressionTypes.LZ4] = known
      await service.stop()
    }
  })

  // fault: removed before it was read
  it('is told of when it was removed before it was read', async () => {
    const service = await started()
    await service.goesOn()
    await eventually(async () => expect(await service.lag()).toBe(0))
    await service.runtime.stop()
    await write(service.topic, [genuine(), genuine(), genuine()])
    // kafkajs asks nobody for the leader that it needs.
    await admin.fetchTopicOffsets(service.topic)
    await admin.deleteTopicRecords({ topic: service.topic, partitions: [{ partition: 0, offset: '3' }] })
    await service.start({ eventLog: service.topics.log })
    await service.goesOn()
    await eventually(async () =>
      expect(await service.query('SELECT reason, detail, partition FROM choreography.parked')).toEqual([
        { reason: 'removed', detail: '2 messages were removed before they were read: offsets 1 to 2', partition: 0 },
      ]),
    )
    expect(await service.query('SELECT count(*)::int AS count FROM reservations')).toEqual([{ count: 3 }])
    await eventually(async () => expect(await service.lag()).toBe(0))
    await service.stop()
  })

  // fault: marks of transactions
  it.each(['abort', 'commit'] as const)('leaves no lag behind the marks of a transaction: %s', async (end) => {
    const service = await started()
    await service.goesOn()
    const producer = new kafkajs.Kafka({ brokers, clientId: 'bank', logLevel: kafkajs.logLevel.NOTHING }).producer({
      transactionalId: randomUUID(),
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    const { orderId, key, value, headers } = genuine()
    const named = Object.fromEntries(headers.map(([name, text]) => [String(name), text]))
    await transaction.send({ topic: service.topic, messages: [{ key, value, headers: named, partition: 0 }] })
    await transaction[end]()
    await producer.disconnect()
    await eventually(async () => expect(await service.lag()).toBe(0), { timeoutMs: 10_000 })
    expect(await service.query('SELECT id FROM reservations WHERE id = $1', [orderId])).toHaveLength(end === 'commit' ? 1 : 0)
    await service.stop()
  })

  // fault: larger than the broker takes
  it('is set aside when the broker takes no event of its size: its key waits, others go on, and it goes when there is room again', async () => {
    const service = await started()
    const own = service.topics.of('inventory.events')
    const limit = (bytes: number) => configure(own, { 'max.message.bytes': String(bytes) })
    const published = async () => (await admin.fetchTopicOffsets(own)).reduce((sum, { high }) => sum + Number(high), 0)
    // Even a small event is larger than this.
    await limit(200)
    const { orderId, ...large } = genuine()
    await write(service.topic, [large])
    await eventually(
      async () => expect(await service.query('SELECT key FROM choreography.outbox WHERE refused IS NOT NULL')).toEqual([{ key: orderId }]),
      { timeoutMs: 20_000 },
    )
    expect(await published()).toBe(0)
    await limit(1_000_000)
    await service.goesOn()
    // What was refused is tried again after a minute; until then its key waits.
    expect(await published()).toBe(1)
    await service.query(`UPDATE choreography.outbox SET "refusedAt" = now() - interval '2 minutes'`)
    await eventually(async () => expect(await published()).toBe(2), { timeoutMs: 20_000 })
    await service.stop()
  })
})

// fault: text that cannot be stored
describe('a message that can be neither handled nor parked', () => {
  it('makes the service not ready, and no longer when it could be parked after all', async () => {
    let refuses = true
    const service = await started((store) => ({
      ...store,
      async begin() {
        const transaction = await store.begin()
        return {
          ...transaction,
          async commit(writes) {
            if (!refuses || writes.parked.length === 0) return transaction.commit(writes)
            await transaction.rollback()
            throw Object.assign(new Error('no room for it'), { code: '22000' })
          },
        }
      },
    }))
    await write(service.topic, [{ ...genuine(), value: Buffer.from('{') }])
    await eventually(
      async () =>
        expect((await service.runtime.readiness()).reasons).toEqual([
          'a message can be neither handled nor parked, and all others wait: no room for it',
        ]),
      { timeoutMs: 20_000 },
    )
    refuses = false
    await service.goesOn()
    expect(await service.runtime.readiness()).toEqual({ ready: true, reasons: [] })
    await service.stop()
  })
})
