import { randomUUID } from 'node:crypto'
import { eventually, freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServiceUnderTest, serviceUnderTest } from '../src/testing.ts'
import { inventory, orderCancelled, orderPlaced, paymentFailed, reservations, restock, SCHEMA, SKU, stock } from './sample.ts'

let under: ServiceUnderTest
let database: pg.Client
beforeAll(async () => {
  const databaseUrl = await freshDatabase()
  database = new pg.Client(databaseUrl)
  await database.connect()
  await database.query(SCHEMA)
  under = await serviceUnderTest(inventory, { databaseUrl })
})
afterAll(async () => {
  await under?.stop()
  await database?.end()
})

const available = async (sku: string = SKU) => (await under.row(stock, sku))?.available
const stocked = async (quantity: number) => {
  const sku = `sku-${randomUUID().slice(0, 8).toUpperCase()}`
  await under.execute(restock, { sku, quantity })
  return sku
}

describe('a batch', () => {
  it('takes effect once, however often its messages come', async () => {
    const sku = await stocked(5)
    const [orderId, id] = [randomUUID(), randomUUID()]
    expect((await under.deliver(orderPlaced(orderId, { sku }), { id })).outcome).toBe('handled')
    expect((await under.deliver(orderPlaced(orderId, { sku }), { id })).outcome).toBe('duplicate')
    expect(await under.deliver(orderPlaced(orderId, { sku }))).toMatchObject({ outcome: 'ignored', reason: 'reserved already' })
    expect(await available(sku)).toBe(4)
    expect(await under.emitted(orderId)).toHaveLength(1)
  })

  it('parks an id that comes back with another body, and goes on with its key', async () => {
    const sku = await stocked(5)
    const [orderId, id] = [randomUUID(), randomUUID()]
    await under.deliver(orderPlaced(orderId, { sku }), { id })
    expect(await under.deliver(orderPlaced(orderId, { sku, city: 'Rome' }), { id })).toMatchObject({
      outcome: 'parked',
      reason: 'id_reused',
    })
    expect((await under.deliver(paymentFailed(orderId))).outcome).toBe('handled')
    expect(await available(sku)).toBe(5)
  })

  it('lets each decision see the changes of the one before: the last unit is sold once', async () => {
    const sku = await stocked(2)
    const delivered = await under.deliverAll([1, 2, 3, 4].map(() => orderPlaced(randomUUID(), { sku })))
    expect(delivered.map(({ emitted }) => emitted[0]?.type)).toEqual(['StockReserved', 'StockReserved', 'StockRejected', 'StockRejected'])
    expect(await available(sku)).toBe(0)
  })

  it('reads in a second step what an earlier message of the same batch made necessary', async () => {
    const sku = await stocked(1)
    const orderId = randomUUID()
    const delivered = await under.deliverAll([orderPlaced(orderId, { sku }), paymentFailed(orderId)])
    expect(delivered.map(({ outcome }) => outcome)).toEqual(['handled', 'handled'])
    expect(await available(sku)).toBe(1)
  })

  it('harms only the key of a message that breaks the transaction', async () => {
    const sku = await stocked(10)
    const bad = randomUUID()
    const delivered = await under.deliverAll([
      orderPlaced(randomUUID(), { sku }),
      orderPlaced(bad, { sku: 'BROKEN', city: 'Nowhere' }),
      orderPlaced(randomUUID(), { sku }),
    ])
    expect(delivered.map(({ outcome }) => outcome)).toEqual(['handled', 'parked', 'handled'])
    expect(await available(sku)).toBe(8)
    expect(await under.row(stock, 'BROKEN')).toBeUndefined()
  })
})

describe('order of arrival', () => {
  it('defers an event that came early, and handles it after the one it needs', async () => {
    const sku = await stocked(1)
    const orderId = randomUUID()
    expect(await under.deliver(paymentFailed(orderId))).toMatchObject({ outcome: 'deferred' })
    await under.deliver(orderPlaced(orderId, { sku }))
    await eventually(async () => expect((await under.row(reservations, orderId))?.status).toBe('released'))
    expect(await available(sku)).toBe(1)
    expect((await under.parked()).filter(({ key }) => key === orderId)).toEqual([])
  })

  it('runs again on fresh rows when another transaction changed them', async () => {
    const sku = await stocked(200)
    const orders = Array.from({ length: 40 }, () => randomUUID())
    // Twice the same orders at once under other ids: only one of each may reserve, whichever transaction wins.
    await Promise.all(
      orders.flatMap((orderId) => [under.deliver(orderPlaced(orderId, { sku })), under.deliver(orderPlaced(orderId, { sku }))]),
    )
    expect(await available(sku)).toBe(160)
  })
})

describe('parking', () => {
  it('keeps a refused message with its reason, lets later ones of its key wait behind it, and replays all in order', async () => {
    const sku = await stocked(3)
    const orderId = randomUUID()
    const bad = orderPlaced(orderId, { sku, city: 'Forbidden' })
    expect(await under.deliver(bad)).toMatchObject({ outcome: 'parked', reason: 'forbidden_city' })
    expect(await under.deliver(paymentFailed(orderId))).toMatchObject({ outcome: 'parked', reason: 'behind' })
    expect((await under.deliver(orderPlaced(randomUUID(), { sku }))).outcome).toBe('handled')

    const parked = (await under.parked()).filter(({ key }) => key === orderId)
    expect(parked.map(({ reason, eventType }) => [reason, eventType])).toEqual([
      ['forbidden_city', 'OrderPlaced'],
      ['behind', 'PaymentFailed'],
    ])
    const [first] = parked as [(typeof parked)[number], ...unknown[]]
    expect(first).toMatchObject({ topic: 'order.events', partition: 0, offset: expect.stringMatching(/^\d+$/) })

    const repaired = orderPlaced(orderId, { sku }).data
    const dry = await under.parking.replay({ ids: [first.id], data: repaired, dryRun: true })
    expect(dry.results.map(({ outcome }) => outcome)).toEqual(['would be handled', 'would be handled'])
    expect(await available(sku)).toBe(2)
    const real = await under.parking.replay({ ids: [first.id], data: repaired, dryRun: false })
    expect(real.results.map(({ outcome }) => outcome)).toEqual(['handled', 'handled'])
    expect((await under.row(reservations, orderId))?.status).toBe('released')
    expect(await under.deliver(orderCancelled(orderId))).toMatchObject({ outcome: 'ignored', reason: 'seen' })
  })

  it('stops the replay of a key at the message that fails again', async () => {
    const orderId = randomUUID()
    await under.deliver(orderPlaced(orderId, { city: 'Forbidden' }))
    await under.deliver(paymentFailed(orderId))
    const { results } = await under.parking.replay({ key: orderId, dryRun: false })
    expect(results.map(({ outcome }) => outcome)).toEqual(['parked', 'waiting'])
    expect((await under.parked()).filter(({ key }) => key === orderId)).toHaveLength(2)
  })

  it('can be aborted between two messages', async () => {
    const keys = [randomUUID(), randomUUID(), randomUUID()]
    for (const key of keys) await under.deliver(orderPlaced(key, { city: 'Forbidden' }))
    const abort = new AbortController()
    const replay = under.parking.replay({ all: true, dryRun: false, ratePerSecond: 10 }, abort.signal)
    abort.abort()
    expect(await replay).toMatchObject({ aborted: true })
  })

  it('gives a message up with a reason', async () => {
    const orderId = randomUUID()
    await under.deliver(orderPlaced(orderId, { city: 'Forbidden' }))
    const ids = (await under.parked()).filter(({ key }) => key === orderId).map(({ id }) => id)
    expect(await under.parking.discard(ids, 'a test order')).toBe(1)
    expect(await under.parking.show(ids[0] as string)).toMatchObject({ status: 'discarded', note: 'a test order' })
    expect((await under.deliver(orderCancelled(orderId))).outcome).toBe('deferred')
  })
})

describe('timers and commands', () => {
  it('fires a durable timer once', async () => {
    const sku = await stocked(1)
    const orderId = randomUUID()
    await under.deliver(orderPlaced(orderId, { sku }))
    await under.fire('expires', orderId)
    await under.fire('expires', orderId)
    expect((await under.emitted(orderId)).map(({ type }) => type)).toEqual(['StockReserved', 'StockReservationExpired'])
  })

  it('fires a timer that somebody else has armed', async () => {
    const sku = await stocked(1)
    const orderId = randomUUID()
    await under.deliver(orderPlaced(orderId, { sku }))
    await database.query(`UPDATE choreography.timers SET "dueAt" = now() + interval '100 milliseconds' WHERE "sagaId" = $1`, [orderId])
    await eventually(async () => expect((await under.emitted(orderId)).map(({ type }) => type)).toContain('StockReservationExpired'))
  })

  it('tells the caller of a refused command why, and changes nothing', async () => {
    const sku = await stocked(7)
    await expect(under.execute(restock, { sku, quantity: 0 })).rejects.toMatchObject({ code: 'bad_quantity', status: 422 })
    expect(await available(sku)).toBe(7)
  })

  it('batches commands on the same row without losing one', async () => {
    const sku = await stocked(1)
    await Promise.all(Array.from({ length: 100 }, () => under.execute(restock, { sku, quantity: 1 })))
    expect(await available(sku)).toBe(101)
  })
})
