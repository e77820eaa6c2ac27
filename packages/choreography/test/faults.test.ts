import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@murmuration/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flaky, incoming, losingAnAnswer, shared } from './instances.ts'
import { orderPlaced, paymentFailed, restock, SKU } from './sample.ts'

let world: Awaited<ReturnType<typeof shared>>
beforeEach(async () => {
  world = await shared()
  await world.query('INSERT INTO stock (id, available) VALUES ($1, 100000)', [SKU])
})
afterEach(() => world.stop())

const write = (message: ReturnType<typeof incoming>) => world.log.write(message.topic, message)
const reserved = async () => Number((await world.query('SELECT count(*) FROM reservations'))[0]?.['count'])

describe('a crash', () => {
  // fault: crash point
  it('between commit and publish loses nothing: the next instance publishes what the dead one owned', async () => {
    const first = await world.start({ eventLog: flaky(world.log) })
    const orderId = randomUUID()
    await first.handle([incoming(orderPlaced(orderId))])
    await first.stop()
    expect(world.types(orderId)).toEqual([])
    await world.start()
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved']))
    await eventually(async () => expect(await world.query('SELECT 1 FROM choreography.outbox')).toEqual([]))
  })

  // fault: crash point
  it('between publish and mark publishes again under the same id', async () => {
    world.log.failSends('after-writing')
    const first = await world.start()
    const orderId = randomUUID()
    await first.handle([incoming(orderPlaced(orderId))])
    await eventually(() => expect(world.types(orderId).length).toBeGreaterThan(0))
    await first.stop()
    world.log.failSends('never')
    await world.start()
    await eventually(async () => expect(await world.query('SELECT 1 FROM choreography.outbox')).toEqual([]))
    const ids = world.log.records('inventory.events').map(({ headers }) => headers['ce_id'])
    expect(ids.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(1)
  })

  // fault: crash point
  it('between commit and offset is harmless: what is delivered again has no effect', async () => {
    await world.start()
    for (let index = 0; index < 50; index++) write(incoming(orderPlaced(randomUUID())))
    await eventually(async () => expect(await reserved()).toBe(50))
    world.log.redeliver()
    await sleep(300)
    expect(await reserved()).toBe(50)
    expect(world.types()).toHaveLength(50)
  })
})

describe('a hook that counts', () => {
  // row 24
  it('may throw: what was handled stays handled, once, and what comes after it is, too', async () => {
    let told = 0
    await world.start({
      onHandled() {
        told++
        throw new TypeError('reading data of undefined')
      },
    })
    for (let index = 0; index < 3; index++) write(incoming(orderPlaced(randomUUID())))
    await eventually(async () => expect(await reserved()).toBe(3))
    await sleep(300)
    expect([told, world.types().length]).toEqual([3, 3])
  })
})

describe('several instances', () => {
  // fault: two relays
  it('keep the order of a key although another instance has still to publish its earlier event', async () => {
    const slow = flaky(world.log)
    const [zombie, other] = [await world.start({ eventLog: slow }), await world.start()]
    const orderId = randomUUID()
    await zombie.handle([incoming(orderPlaced(orderId))])
    await other.handle([incoming(paymentFailed(orderId)), incoming(orderPlaced(randomUUID()))])
    await sleep(1_500)
    // The other key is not held up for long, this one is.
    expect(world.types(orderId)).toEqual([])
    expect(world.types()).toEqual(['StockReserved'])
    slow.broken = false
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved', 'StockReleased']))
  })

  it('take over what a dead one owned, in order', async () => {
    const [doomed, other] = [await world.start({ eventLog: flaky(world.log) }), await world.start()]
    const orderId = randomUUID()
    await doomed.handle([incoming(orderPlaced(orderId))])
    await other.handle([incoming(paymentFailed(orderId))])
    await doomed.stop()
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved', 'StockReleased']))
  })

  it('reserve once when both get the same events at the same time', async () => {
    const [one, two] = [await world.start(), await world.start()]
    const messages = Array.from({ length: 200 }, () => incoming(orderPlaced(randomUUID())))
    await Promise.all([one.handle(messages), two.handle(messages.toReversed())])
    expect(await reserved()).toBe(200)
    expect((await world.query('SELECT available FROM stock'))[0]).toEqual({ available: 100_000 - 200 })
    await eventually(() => expect(world.types()).toHaveLength(200))
  })
})

describe('an outage', () => {
  it('of the log: commits go on, memory stays bounded, and all is published in order when it is back', async () => {
    const connection = flaky(world.log)
    const runtime = await world.start({ eventLog: connection })
    const orders = Array.from({ length: 11_000 }, () => randomUUID())
    for (let from = 0; from < orders.length; from += 1_000)
      await runtime.handle(orders.slice(from, from + 1_000).map((orderId) => incoming(orderPlaced(orderId))))
    await runtime.handle(orders.slice(0, 500).map((orderId) => incoming(paymentFailed(orderId))))
    connection.broken = false
    await eventually(() => expect(world.types()).toHaveLength(11_500), { timeoutMs: 60_000 })
    for (const orderId of orders.slice(0, 20)) expect(world.types(orderId)).toEqual(['StockReserved', 'StockReleased'])
  })

  it('that swallows the answer to a commit: what was committed is published, and before what follows', async () => {
    const runtime = await world.start({ through: losingAnAnswer })
    // Past the first look into the outbox, after which events are published from memory.
    await eventually(async () => expect((await runtime.readiness()).ready).toBe(true))
    await sleep(100)
    const orderId = randomUUID()
    await runtime.handle([incoming(orderPlaced(orderId))])
    await runtime.handle([incoming(paymentFailed(orderId))])
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved', 'StockReleased']))
    expect(await reserved()).toBe(1)
  })

  it('of the database: commands are refused as transient, messages wait, and all heals by itself', async () => {
    const runtime = await world.start()
    const terminate = () =>
      world.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'inventory%'`,
      )
    const orders = Array.from({ length: 300 }, () => randomUUID())
    for (const [index, orderId] of orders.entries()) {
      write(incoming(orderPlaced(orderId)))
      if (index % 100 === 50) await terminate()
    }
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => runtime.execute(restock, { sku: 'other', quantity: 1 })))
    for (const result of results) if (result.status === 'rejected') expect((result.reason as Error).name).toBe('Transient')
    await eventually(async () => expect(await reserved()).toBe(300), { timeoutMs: 15_000 })
    await eventually(() => expect(world.types()).toHaveLength(300), { timeoutMs: 15_000 })
    expect((await runtime.readiness()).ready).toBe(true)
  })
})

describe('a poison message', () => {
  // row 24
  it('among a thousand holds up only its own key', async () => {
    const runtime = await world.start()
    const victim = randomUUID()
    const messages = Array.from({ length: 1_000 }, (_, index) =>
      incoming(orderPlaced(randomUUID(), index % 100 === 7 ? { city: 'Nowhere' } : {})),
    )
    const broken = { ...incoming(orderPlaced(victim)), value: Buffer.from('{"broken') }
    const outcomes = await runtime.handle([...messages.slice(0, 500), broken, incoming(paymentFailed(victim)), ...messages.slice(500)])
    expect(outcomes.filter((outcome) => outcome?.outcome === 'handled')).toHaveLength(990)
    const parked = await runtime.parking.list({ key: victim })
    expect(parked.map(({ reason }) => reason)).toEqual(['malformed', 'behind'])
    expect(parked[0]?.detail).toContain('not JSON')
  })

  it('without headers, of an unknown version or from the wrong producer is parked with its place and reason; an unknown type is ignored', async () => {
    const runtime = await world.start()
    const good = incoming(orderPlaced(randomUUID()))
    const refused = [
      { ...good, headers: {}, type: undefined },
      { ...good, offset: '9001', headers: { ...good.headers, ce_dataschema: 'urn:murmuration:schema:order/OrderPlaced.v99' } },
      { ...good, offset: '9002', headers: { ...good.headers, ce_source: 'payment' } },
      { ...good, offset: '9003', value: null },
      { ...good, offset: '9004', key: randomUUID() },
    ]
    const outcomes = []
    // One after the other, each under its own key, as a parked one holds back the next of its key.
    for (const [index, message] of refused.entries())
      outcomes.push(...(await runtime.handle([{ ...message, key: index === 4 ? message.key : null }])))
    expect(outcomes.map((outcome) => (outcome as { reason?: string } | undefined)?.reason)).toEqual([
      'malformed',
      'unknown_version',
      'wrong_producer',
      'malformed',
      'malformed',
    ])
    expect(await runtime.handle([{ ...good, type: 'NeverHeardOf', headers: { ...good.headers, ce_type: 'NeverHeardOf' } }])).toEqual([
      undefined,
    ])
    expect(await reserved()).toBe(0)
  })
})
