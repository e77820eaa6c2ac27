import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import {
  OrderCancelled,
  OrderFailed,
  OrderPlaced,
  PaymentCaptured,
  PaymentFailed,
  ProductCreated,
  ReturnApproved,
} from '@murmuration/contracts'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deduct } from '../src/commands/deduct.ts'
import { restock } from '../src/commands/restock.ts'
import { setWarehouse } from '../src/commands/set-warehouse.ts'
import { reservations, stocks } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import * as build from './builders.ts'

let under: ServiceUnderTest
let made = 0
let orderId = ''
let sku = ''
const nextId = () => `019a9d3e-7f60-7d18-a2c4-${(++made).toString(16).padStart(12, '0')}`

beforeAll(async () => {
  under = await serviceUnderTest(subscriptions, { databaseUrl: await freshDatabase({ service: 'inventory' }) })
  for (const [warehouse, priority] of [['north', 2] as const, ['south', 2] as const])
    await under.execute(setWarehouse, { warehouse, priority })
})
afterAll(() => under.stop())
beforeEach(async () => {
  orderId = nextId()
  sku = `kb-${made}`
  await stockUp(5)
})

const inCatalogue = (of: string) => under.deliver(ProductCreated(build.product(of)))
const add = (quantity: number, of = sku, warehouse = 'main') =>
  under.execute(restock, { adjustmentId: nextId(), sku: of, warehouse, quantity, adjustedBy: build.userId })
const stockUp = async (quantity: number, of = sku) => {
  await inCatalogue(of)
  await add(quantity, of)
}
const placed = (quantity: number) => OrderPlaced(build.order([[sku, quantity]], { orderId }))
const captured = () => PaymentCaptured(build.captured({ orderId }))
const failed = () => PaymentFailed(build.failed({ orderId }))
const cancelled = () => OrderCancelled(build.cancelled({ orderId }))
const stock = async (of = sku, warehouse = 'main') => {
  const row = await under.row(stocks, `${warehouse}/${of}`)
  return `${row?.available}+${row?.reserved}=${row?.total}`
}
const status = async () => (await under.row(reservations, orderId))?.status
const told = async () => (await under.emitted(orderId)).map(({ type }) => type)
const timers = () => under.query('SELECT name FROM choreography.timers WHERE "sagaId" = $1', [orderId])

describe('an order that an operator gives up', () => {
  const givenUp = () =>
    OrderFailed({ orderId, userId: build.userId, reason: 'lost in the warehouse', failedAt: '2026-11-21T11:00:00.000Z' })

  // undone by FailOrder: StockReserved, StockCommitted
  it('gives back what it held, or what was committed, once', async () => {
    await under.deliver(placed(2))
    expect(await under.deliver(givenUp())).toMatchObject({ emitted: [{ type: 'StockReleased' }] })
    expect([await stock(), await timers()]).toEqual(['5+0=5', []])
    orderId = nextId()
    await under.deliver(placed(2))
    await under.deliver(captured())
    expect(await under.deliver(givenUp())).toMatchObject({ emitted: [{ type: 'StockRestocked' }] })
    expect(await under.deliver(givenUp())).toMatchObject({ outcome: 'ignored' })
    expect(await stock()).toBe('5+0=5')
  })
})

describe('the happy path', () => {
  it('holds the stock, then commits it', async () => {
    expect(await under.deliver(placed(2))).toMatchObject({ outcome: 'handled', emitted: [{ type: 'StockReserved' }] })
    expect([await stock(), await status(), await timers()]).toEqual(['3+2=5', 'held', [{ name: 'reservation-expires' }]])
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'handled', emitted: [{ type: 'StockCommitted' }] })
    expect([await stock(), await status(), await timers()]).toEqual(['3+0=3', 'committed', []])
    expect(await told()).toEqual(['StockReserved', 'StockCommitted'])
  })

  it('rejects an order that wants too much, and keeps that decision when stock comes later', async () => {
    expect(await under.deliver(placed(6))).toMatchObject({
      emitted: [{ type: 'StockRejected', data: { shortages: [{ sku, requested: 6, available: 5 }] } }],
    })
    await stockUp(5)
    expect(await under.deliver(placed(6))).toMatchObject({ outcome: 'ignored' })
    expect(await under.deliver(cancelled())).toMatchObject({ outcome: 'ignored' })
    expect([await stock(), await status(), await told()]).toEqual(['10+0=10', 'rejected', ['StockRejected']])
  })
})

describe('undoing', () => {
  it('releases the stock when the payment fails', async () => {
    await under.deliver(placed(2))
    expect(await under.deliver(failed())).toMatchObject({ emitted: [{ type: 'StockReleased', data: { cause: 'payment_failed' } }] })
    // The order's own cancellation follows; there is nothing left to release.
    expect(await under.deliver(cancelled())).toMatchObject({ outcome: 'ignored' })
    expect([await stock(), await status(), await timers()]).toEqual(['5+0=5', 'released', []])
  })

  it('releases the stock when the customer cancels, and commits nothing for a payment that comes after', async () => {
    await under.deliver(placed(2))
    expect(await under.deliver(cancelled())).toMatchObject({ emitted: [{ type: 'StockReleased', data: { cause: 'order_cancelled' } }] })
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'ignored', reason: expect.stringContaining('released before') })
    expect([await stock(), await status()]).toEqual(['5+0=5', 'released'])
  })

  // undone by CancelOrder: StockCommitted
  it('restocks what was committed when the customer cancels a paid order', async () => {
    await under.deliverAll([placed(2), captured()])
    expect(await under.deliver(cancelled())).toMatchObject({ emitted: [{ type: 'StockRestocked' }] })
    expect([await stock(), await status()]).toEqual(['5+0=5', 'restocked'])
    expect(await told()).toEqual(['StockReserved', 'StockCommitted', 'StockRestocked'])
  })

  it('lets a reservation expire that nobody paid, and ignores the payment that comes too late', async () => {
    await under.deliver(placed(2))
    await under.fire('reservation-expires', orderId)
    expect([await stock(), await status()]).toEqual(['5+0=5', 'expired'])
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'ignored', reason: expect.stringContaining('expired') })
    expect(await under.deliver(cancelled())).toMatchObject({ outcome: 'ignored' })
    expect(await told()).toEqual(['StockReserved', 'StockReservationExpired'])
  })
})

// fault: warehouses
describe('stock in several warehouses', () => {
  const everywhere = async () => [await stock(), await stock(sku, 'north'), await stock(sku, 'south')]
  const line = (warehouse: string, quantity: number) => ({ sku, warehouse, quantity })

  beforeEach(async () => {
    await add(4, sku, 'north')
    await add(9, sku, 'south')
  })

  it('sells what lies outside the main one, from there and from several', async () => {
    expect(await under.deliver(placed(16))).toMatchObject({
      emitted: [{ type: 'StockReserved', data: { lines: [line('main', 5), line('south', 9), line('north', 2)] } }],
    })
    expect(await everywhere()).toEqual(['0+5=5', '2+2=4', '0+9=9'])
    expect(await under.deliver(captured())).toMatchObject({
      emitted: [{ type: 'StockCommitted', data: { lines: [line('main', 5), line('south', 9), line('north', 2)] } }],
    })
    expect(await everywhere()).toEqual(['0+0=0', '2+0=2', '0+0=0'])
  })

  it.each([
    ['its payment fails', () => under.deliver(failed())],
    ['it is cancelled', () => under.deliver(cancelled())],
    ['its time is up', () => under.fire('reservation-expires', orderId)],
    ['it is cancelled after the commit', async () => void (await under.deliverAll([captured(), cancelled()]))],
  ])('gets all of it back to where it came from when %s', async (_what, end) => {
    await under.deliver(placed(16))
    await end()
    expect(await everywhere()).toEqual(['5+0=5', '4+0=4', '9+0=9'])
  })

  it('refuses what is too much for all of them together, and holds nothing', async () => {
    expect(await under.deliver(placed(19))).toMatchObject({
      emitted: [{ type: 'StockRejected', data: { shortages: [{ sku, requested: 19, available: 18 }] } }],
    })
    expect(await everywhere()).toEqual(['5+0=5', '4+0=4', '9+0=9'])
  })

  it('serves the warehouse first that an administrator puts first', async () => {
    await under.execute(setWarehouse, { warehouse: 'north', priority: 1 })
    await under.execute(setWarehouse, { warehouse: 'main', priority: 5 })
    await under.deliver(placed(4))
    expect(await everywhere()).toEqual(['5+0=5', '0+4=4', '9+0=9'])
    await under.execute(setWarehouse, { warehouse: 'north', priority: 2 })
    await under.execute(setWarehouse, { warehouse: 'main', priority: 1 })
  })

  it('sees each first restock in another warehouse: with two pieces wherever they come in, one order of two is served', async () => {
    for (let round = 0; round < 20; round++) {
      const [fresh, one, other] = [`fresh-${round}-${made}`, nextId(), nextId()]
      await inCatalogue(fresh)
      const order = (of: string) => under.deliver(OrderPlaced(build.order([[fresh, 1]], { orderId: of })))
      const told = await Promise.all([order(one), add(1, fresh, 'north'), order(other), add(1, fresh, 'south')])
      const held = told.flatMap((each) => ('emitted' in each && each.emitted[0]?.type === 'StockReserved' ? [each] : [])).length
      const left = await under.query<{ available: number; reserved: number }>(
        `SELECT sum(available)::int AS available, sum(reserved)::int AS reserved FROM stocks WHERE sku = $1`,
        [fresh],
      )
      expect(left).toEqual([{ available: 2 - held, reserved: held }])
      const last = await under.deliver(OrderPlaced(build.order([[fresh, 2 - held || 1]], { orderId: nextId() })))
      expect(last.emitted[0]?.type).toBe(held === 2 ? 'StockRejected' : 'StockReserved')
    }
  })

  it('never deadlocks orders, restocks, deductions and ends of orders on the same skus', async () => {
    const skus = [`x-${made}`, `y-${made}`]
    for (const each of skus) {
      await stockUp(500, each)
      await add(500, each, 'north')
    }
    const both = (each: string, turned: boolean) => {
      const lines = skus.map((of) => [of, 3] as const)
      return OrderPlaced(build.order(turned ? lines.toReversed() : lines, { orderId: each }))
    }
    const orders = Array.from({ length: 40 }, nextId)
    const start = performance.now()
    await Promise.all(
      orders.map(async (each, index) => {
        await under.deliverAll([both(each, index % 2 === 1), PaymentCaptured(build.captured({ orderId: orders[index - 1] ?? each }))])
        await add(1, skus[index % 2], index % 3 === 0 ? 'south' : 'north')
        await under.execute(deduct, {
          adjustmentId: nextId(),
          sku: skus[(index + 1) % 2] ?? '',
          warehouse: 'main',
          quantity: 1,
          adjustedBy: build.userId,
        })
      }),
    )
    // PostgreSQL takes a second to find a deadlock; each would add one.
    expect(performance.now() - start).toBeLessThan(5000)
    const deadlocks = await under.query<{ deadlocks: string }>('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')
    expect(deadlocks).toEqual([{ deadlocks: '0' }])
  })
})

// fault: return
describe('a return', () => {
  const returned = (pieces: number, returnId: string) => ReturnApproved(build.returned([[sku, pieces]], { orderId, returnId }))

  // undone by ApproveReturn: StockCommitted
  // undone by RequestReturn: StockCommitted
  it('puts what was sold back on the shelf, once for each return, and never more than was sold', async () => {
    await under.deliverAll([placed(3), captured()])
    const [first, second] = [nextId(), nextId()]
    const id = nextId()
    expect(await under.deliver(returned(2, first), { id })).toMatchObject({
      emitted: [{ type: 'StockReturned', data: { returnId: first, lines: [{ sku, warehouse: 'main', quantity: 2 }] } }],
    })
    expect(await under.deliver(returned(2, first), { id })).toMatchObject({ outcome: 'duplicate' })
    expect(await under.deliver(returned(2, first))).toMatchObject({ outcome: 'ignored' })
    expect(await under.deliver(returned(2, second))).toMatchObject({ outcome: 'parked', reason: 'forged_return' })
    expect([await stock(), await status()]).toEqual(['4+0=4', 'committed'])
  })

  it('waits for its order, and for nothing that has come before it', async () => {
    expect(await under.deliver(returned(1, nextId()))).toMatchObject({ outcome: 'deferred' })
    await under.deliverAll([placed(1), captured()])
    await expect.poll(() => stock(), { timeout: 4000 }).toBe('5+0=5')
  })

  it('is parked when nothing was sold, and so is a cancel of an order of which something was returned', async () => {
    await under.deliver(placed(2))
    expect(await under.deliver(returned(1, nextId()))).toMatchObject({ outcome: 'parked', reason: 'impossible_fact' })
    orderId = nextId()
    await under.deliverAll([placed(2), captured(), returned(1, nextId())])
    expect(await under.deliver(cancelled())).toMatchObject({ outcome: 'parked', reason: 'impossible_fact' })
    expect(await stock()).toBe('2+2=4')
  })
})

describe('twice, late, out of order', () => {
  it('does nothing for the same event again, nor for the same facts under new ids a month later', async () => {
    const id = nextId()
    await under.deliver(placed(2), { id })
    expect(await under.deliver(placed(2), { id })).toMatchObject({ outcome: 'duplicate' })
    await under.deliverAll([captured(), cancelled()])
    const before = [await stock(), await status(), await told()]
    const again = await under.deliverAll([placed(2), captured(), cancelled(), failed(), placed(2)])
    expect(again.map(({ outcome }) => outcome)).toEqual(['ignored', 'ignored', 'ignored', 'ignored', 'ignored'])
    expect([await stock(), await status(), await told()]).toEqual(before)
  })

  it.each([
    ['the payment fails', failed, 'released'],
    ['the customer cancels', cancelled, 'released'],
    ['the payment is captured', captured, 'committed'],
  ])('leaks nothing when %s before the order is seen', async (_, early, expected) => {
    expect(await under.deliver(early())).toMatchObject({ outcome: 'deferred' })
    expect(await under.deliver(placed(2))).toMatchObject({ outcome: 'handled' })
    await expect.poll(status, { timeout: 4000 }).toBe(expected)
    expect(await stock()).toBe(expected === 'released' ? '5+0=5' : '3+0=3')
  })

  it('decides a whole batch in its order: who comes first gets the last pieces', async () => {
    const orders = [nextId(), nextId(), nextId()]
    const results = await under.deliverAll(orders.map((each) => OrderPlaced(build.order([[sku, 2]], { orderId: each }))))
    expect(results.map(({ emitted }) => emitted[0]?.type)).toEqual(['StockReserved', 'StockReserved', 'StockRejected'])
    expect(await stock()).toBe('1+4=5')
  })

  // row 13
  it('gives the last piece to one of fifty buyers', async () => {
    await under.deliver(placed(4))
    const orders = Array.from({ length: 50 }, nextId)
    const results = await Promise.all(orders.map((each) => under.deliver(OrderPlaced(build.order([[sku, 1]], { orderId: each })))))
    expect(results.filter(({ emitted }) => emitted[0]?.type === 'StockReserved')).toHaveLength(1)
    expect(await stock()).toBe('0+5=5')
  })

  it('never deadlocks batches that place orders of some skus and commit those of others', async () => {
    const a = `a-${made}`
    const b = `b-${made}`
    for (const each of [a, b]) await stockUp(1000, each)
    const placing = (one: string, each: string) => OrderPlaced(build.order([[one, 1]], { orderId: each }))
    const pairs = Array.from({ length: 40 }, (_, index) => ({ old: nextId(), next: nextId(), crossed: index % 2 === 1 }))
    await under.deliverAll(pairs.map(({ old, crossed }) => placing(crossed ? a : b, old)))
    const start = performance.now()
    await Promise.all(
      pairs.map(({ old, next, crossed }) =>
        under.deliverAll([placing(crossed ? b : a, next), PaymentCaptured(build.captured({ orderId: old }))]),
      ),
    )
    // PostgreSQL takes a second to find a deadlock.
    expect(performance.now() - start).toBeLessThan(900)
    expect([await stock(a), await stock(b)]).toEqual(['960+20=980', '960+20=980'])
  })
})

describe('forged and broken', () => {
  it('parks a payment of another amount, and commits nothing for it', async () => {
    await under.deliver(placed(2))
    const forged = PaymentCaptured(build.captured({ orderId, amount: { amount: 1, currency: 'EUR' } }))
    expect(await under.deliver(forged)).toMatchObject({ outcome: 'parked', reason: 'forged_event' })
    expect([await stock(), await status()]).toEqual(['3+2=5', 'held'])
  })

  it('parks a second order of the same id with other lines', async () => {
    await under.deliver(placed(2))
    expect(await under.deliver(placed(3))).toMatchObject({ outcome: 'parked', reason: 'forged_order' })
    expect([await stock(), await told()]).toEqual(['3+2=5', ['StockReserved']])
  })

  // fault: repaired replay
  it('parks an order with a forged total, and follows it when it is repaired', async () => {
    const forged = OrderPlaced(build.order([[sku, 2]], { orderId, total: { amount: 1, currency: 'EUR' } }))
    expect(await under.deliver(forged)).toMatchObject({ outcome: 'parked', reason: 'forged_total' })
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'parked', reason: 'behind' })
    expect([await stock(), await status()]).toEqual(['5+0=5', undefined])
    const parked = (await under.parked()).find(({ key, reason }) => key === orderId && reason === 'forged_total')
    const data = build.order([[sku, 2]], { orderId })
    await under.parking.replay({ ids: [String(parked?.id)], data, dryRun: false })
    expect([await stock(), await status(), await told()]).toEqual(['3+0=3', 'committed', ['StockReserved', 'StockCommitted']])
  })

  it('cannot go below zero even by hand', async () => {
    await expect(under.query(`UPDATE stocks SET available = -1, total = -1 WHERE sku = $1`, [sku])).rejects.toThrow('stocks_not_negative')
    await expect(under.query(`UPDATE stocks SET total = 99 WHERE sku = $1`, [sku])).rejects.toThrow('stocks_total')
  })
})
