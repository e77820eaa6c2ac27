import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import {
  OrderPlaced,
  PaymentCaptured,
  PaymentFailed,
  ProductCreated,
  ProductPriceChanged,
  ProductRestated,
  ProductRetired,
  RuleViolation,
  StockCommitted,
  StockRejected,
  StockReservationExpired,
} from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cancelOrder } from '../src/commands/cancel-order.ts'
import { failOrder } from '../src/commands/fail-order.ts'
import { placeOrder } from '../src/commands/place-order.ts'
import { orders, products } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { ada, bob, paymentId, placed, said } from './examples.ts'

let under: ServiceUnderTest
let orderId = ''

const wish = () => ({
  orderId,
  userId: ada,
  items: placed.items.map(({ productId, quantity }) => ({ productId, quantity })),
  payment: placed.payment,
  shippingAddress: placed.shippingAddress,
})
const place = () => under.execute(placeOrder, wish())
const cancel = (userId = ada) => under.execute(cancelOrder, { orderId, userId })
const captured = (more: object = {}) => PaymentCaptured({ ...said.captured, ...more, orderId })
const committed = () => StockCommitted({ ...said.committed, orderId })
const rejected = () => StockRejected({ ...said.rejected, orderId })
const expired = () => StockReservationExpired({ ...said.committed, orderId })
const paymentFailed = () => PaymentFailed({ ...said.failed, orderId })

const status = async () => {
  const row = await under.row(orders, orderId)
  return row && (row.reason === null ? row.status : `${row.status} ${row.reason}`)
}
const told = async () => (await under.emitted(orderId)).map(({ type }) => type)

beforeAll(async () => {
  under = await serviceUnderTest(subscriptions, { databaseUrl: await freshDatabase({ service: 'order' }) })
  for (const { productId, sku, name, unitPrice } of placed.items)
    await under.deliver(ProductCreated({ productId, sku, name, category: 'desk', price: unitPrice, status: 'active' }))
})
afterAll(() => under.stop())
beforeEach(() => {
  orderId = newId()
})

describe('the happy path', () => {
  it('goes from pending over paid to confirmed', async () => {
    await place()
    expect(await status()).toBe('pending')
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'handled', emitted: [{ type: 'OrderPaid', data: { paymentId } }] })
    expect(await status()).toBe('paid')
    expect(await under.deliver(committed())).toMatchObject({ outcome: 'handled', emitted: [{ type: 'OrderConfirmed' }] })
    expect(await status()).toBe('confirmed')
    expect((await under.row(orders, orderId))?.history.map((step) => step.status)).toEqual(['pending', 'paid', 'confirmed'])
    expect(await told()).toEqual(['OrderPlaced', 'OrderPaid', 'OrderConfirmed'])
  })

  it('joins stock and payment when the stock comes first', async () => {
    await place()
    expect(await under.deliver(committed())).toMatchObject({ outcome: 'handled', emitted: [] })
    await under.deliver(captured())
    expect([await status(), await told()]).toEqual(['confirmed', ['OrderPlaced', 'OrderPaid', 'OrderConfirmed']])
  })

  it('joins them within one batch', async () => {
    await place()
    await under.deliverAll([committed(), captured(), committed(), captured()])
    expect([await status(), await told()]).toEqual(['confirmed', ['OrderPlaced', 'OrderPaid', 'OrderConfirmed']])
  })

  it('does nothing twice: neither for the same message nor for the same fact in another', async () => {
    await place()
    const id = newId()
    await under.deliver(captured(), { id })
    expect(await under.deliver(captured(), { id })).toMatchObject({ outcome: 'duplicate' })
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'ignored' })
    await under.deliver(committed())
    expect(await under.deliver(committed())).toMatchObject({ outcome: 'ignored' })
    expect(await told()).toEqual(['OrderPlaced', 'OrderPaid', 'OrderConfirmed'])
  })

  it('answers the same order when it is placed again, also many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, place))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await told()).toEqual(['OrderPlaced'])
  })
})

describe('ending', () => {
  it.each([
    ['the stock is rejected', rejected, 'cancelled out_of_stock'],
    ['the payment fails', paymentFailed, 'cancelled payment_failed'],
    ['the reservation expires', expired, 'cancelled expired'],
  ])('cancels the order when %s, once', async (_what, fact, expected) => {
    await place()
    expect(await under.deliver(fact())).toMatchObject({
      outcome: 'handled',
      emitted: [{ type: 'OrderCancelled', data: { from: 'pending' } }],
    })
    expect(await under.deliver(fact())).toMatchObject({ outcome: 'ignored' })
    expect([await status(), await told()]).toEqual([expected, ['OrderPlaced', 'OrderCancelled']])
  })

  // undone by reservation-expires: OrderPaid
  it('cancels a paid order whose reservation expired', async () => {
    await place()
    await under.deliver(captured())
    expect(await under.deliver(expired())).toMatchObject({
      emitted: [{ type: 'OrderCancelled', data: { from: 'paid', reason: 'expired' } }],
    })
  })

  it('cancels for the customer, and answers the same again', async () => {
    await place()
    const first = await cancel()
    expect(first).toMatchObject({ status: 'cancelled', reason: 'by_customer' })
    expect(await cancel()).toEqual(first)
    expect(await told()).toEqual(['OrderPlaced', 'OrderCancelled'])
  })

  it('ignores what comes after the cancel, with a reason', async () => {
    await place()
    await cancel()
    for (const fact of [captured(), committed(), rejected(), expired(), paymentFailed()])
      expect(await under.deliver(fact)).toMatchObject({ outcome: 'ignored', reason: 'late: the order is cancelled (by_customer)' })
    expect([await status(), await told()]).toEqual(['cancelled by_customer', ['OrderPlaced', 'OrderCancelled']])
  })

  it('does not cancel a confirmed order, nor another user’s', async () => {
    await place()
    await expect(cancel(bob)).rejects.toMatchObject({ code: 'order_not_found', status: 404 })
    await under.deliverAll([captured(), committed()])
    await expect(cancel()).rejects.toBeInstanceOf(RuleViolation)
    expect([await status(), await told()]).toEqual(['confirmed', ['OrderPlaced', 'OrderPaid', 'OrderConfirmed']])
  })

  // undone by FailOrder: OrderPlaced
  it('lets an operator give it up', async () => {
    await place()
    const reason = 'its payment is parked for ever'
    const first = await under.execute(failOrder, { orderId, reason })
    expect(first).toMatchObject({ status: 'failed', reason })
    expect(await under.execute(failOrder, { orderId, reason })).toEqual(first)
    expect(await under.deliver(captured())).toMatchObject({ outcome: 'ignored' })
    expect(await told()).toEqual(['OrderPlaced', 'OrderFailed'])
  })
})

describe('a replay of everything', () => {
  it.each([
    ['a confirmed order', () => [captured(), committed()]],
    ['an order without stock', () => [rejected(), paymentFailed()]],
    ['an expired order', () => [captured(), expired(), committed()]],
  ])('changes nothing, forwards or backwards: %s', async (_what, facts) => {
    await place()
    const [own] = await under.emitted(orderId)
    const live = [OrderPlaced(own?.data as typeof placed), ...facts()]
    for (const event of live) await under.deliver(event)
    const before = [await under.row(orders, orderId), await told()]
    for (const event of [...live, ...live.toReversed()]) expect(await under.deliver(event)).toMatchObject({ outcome: 'ignored' })
    expect([await under.row(orders, orderId), await told()]).toEqual(before)
  })
})

describe('an order from the log', () => {
  const injected = (more: object = {}) => OrderPlaced({ ...placed, ...more, orderId })

  it('is adopted and confirmed like any other, without being placed again', async () => {
    expect(await under.deliver(injected())).toMatchObject({ outcome: 'handled', emitted: [] })
    expect(await under.deliver(injected())).toMatchObject({ outcome: 'ignored' })
    await under.deliverAll([captured(), committed()])
    expect([await status(), await told()]).toEqual(['confirmed', ['OrderPaid', 'OrderConfirmed']])
  })

  it('waits for its order when others were quicker', async () => {
    expect(await under.deliver(rejected())).toMatchObject({ outcome: 'deferred' })
    await under.deliver(injected())
    await expect.poll(status).toBe('cancelled out_of_stock')
  })

  it('is the same order on its way back', async () => {
    await place()
    const [own] = await under.emitted(orderId)
    expect(await under.deliver(OrderPlaced(own?.data as typeof placed))).toMatchObject({ outcome: 'ignored', reason: 'the order is known' })
  })
})

describe('what is forged', () => {
  it.each([
    ['an amount', () => captured({ amount: { amount: 1, currency: 'EUR' } }), 'forged_amount'],
    ['a currency', () => captured({ amount: { amount: 10970, currency: 'USD' } }), 'forged_amount'],
    ['a user', () => captured({ userId: bob }), 'forged_user'],
    ['goods', () => StockCommitted({ orderId, lines: said.committed.lines.slice(1) }), 'forged_stock'],
    ['a total', () => OrderPlaced({ ...placed, orderId, total: { amount: 1, currency: 'EUR' } }), 'forged_order'],
  ])('is parked and changes nothing: %s', async (_what, forged, reason) => {
    await place()
    expect(await under.deliver(forged())).toMatchObject({ outcome: 'parked', reason })
    expect([await status(), await told()]).toEqual(['pending', ['OrderPlaced']])
    expect(await under.parked()).toContainEqual(expect.objectContaining({ key: orderId, reason }))
  })

  it('is not adopted when its total does not add up', async () => {
    const forged = OrderPlaced({ ...placed, orderId, total: { amount: 1, currency: 'EUR' } })
    expect(await under.deliver(forged)).toMatchObject({ outcome: 'parked', reason: 'forged_total' })
    expect(await status()).toBeUndefined()
  })
})

describe('the catalogue', () => {
  const euros = (amount: number) => ({ amount, currency: 'EUR' as const })

  it('sells at the price of the newest fact, and nothing that is retired', async () => {
    const productId = newId()
    const items = [{ productId, quantity: 1 }]
    await under.deliver(ProductCreated({ productId, sku: 'LAMP', name: 'Lamp', category: 'desk', price: euros(2000), status: 'active' }))
    await under.deliver(ProductPriceChanged({ productId, sku: 'LAMP', price: euros(1900), previous: euros(2000) }))
    expect(await under.execute(placeOrder, { ...wish(), items })).toMatchObject({ total: euros(1900) })
    await under.deliver(ProductRetired({ productId, sku: 'LAMP' }))
    expect(await under.row(products, productId)).toMatchObject({ status: 'retired', amount: 1900 })
    orderId = newId()
    await expect(under.execute(placeOrder, { ...wish(), items })).rejects.toMatchObject({ code: 'unknown_product', status: 422 })
    expect(await status()).toBeUndefined()
  })

  // fault: told again
  it('is made anew from what the product service tells again, whatever was missed, and late facts change nothing', async () => {
    const productId = newId()
    const missed = ProductPriceChanged({ productId, sku: 'LAMP', price: euros(1900), previous: euros(2000) })
    expect(await under.deliver(missed)).toMatchObject({ outcome: 'parked', reason: 'unknown_product' })
    const other = newId()
    const restated = (amount: number) =>
      ProductRestated({ productId: other, sku: 'SOFA', name: 'Sofa', category: 'home', price: euros(amount), status: 'active' })
    const late = { headers: { ce_time: new Date(Date.now() - 60_000).toISOString() } }
    expect(await under.deliver(restated(500))).toMatchObject({ outcome: 'handled' })
    expect(await under.deliver(restated(600))).toMatchObject({ outcome: 'handled' })
    expect(await under.deliver(restated(700), late)).toMatchObject({ outcome: 'ignored' })
    const old = ProductPriceChanged({ productId: other, sku: 'SOFA', price: euros(1), previous: euros(500) })
    expect(await under.deliver(old, late)).toMatchObject({ outcome: 'ignored' })
    const items = [{ productId: other, quantity: 1 }]
    expect(await under.execute(placeOrder, { ...wish(), items })).toMatchObject({ total: euros(600) })
  })
})
