import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import {
  OrderPlaced,
  PaymentCaptured,
  PaymentFailed,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentRefundRequested,
  ProductCreated,
  ProductPriceChanged,
  ProductRestated,
  ProductRetired,
  ReturnAlreadyRefunded,
  RuleViolation,
  StockCommitted,
  StockRejected,
  StockReservationExpired,
  StockReturned,
} from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { acceptReturn } from '../src/commands/approve-return.ts'
import { cancelOrder } from '../src/commands/cancel-order.ts'
import { failOrder } from '../src/commands/fail-order.ts'
import { placeOrder } from '../src/commands/place-order.ts'
import { refuseReturn } from '../src/commands/reject-return.ts'
import { returnOrder } from '../src/commands/request-return.ts'
import { orders, products } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { ada, admin, bob, products as goods, paymentId, placed, said, saidOfReturn } from './examples.ts'

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

describe('a return', () => {
  const returnId = newId()
  const refundId = newId()
  const words = () => saidOfReturn(returnId)
  const refundRequested = (more: object = {}) => PaymentRefundRequested({ ...words().requested, orderId, refundId, ...more })
  const refunded = (id = refundId) => PaymentRefunded({ ...words().refunded, orderId, refundId: id })
  const refundFailed = () => PaymentRefundFailed({ ...words().refundFailed, orderId, refundId })
  const stockReturned = () => StockReturned({ ...words().stockReturned, orderId })
  const wantReturn = (withoutApproval = 0) =>
    under.execute(returnOrder, {
      orderId,
      returnId,
      userId: ada,
      items: [{ productId: goods.cable, quantity: 1 }],
      reason: 'Too short.',
      rules: { withoutApproval, withinMs: 1_000_000 },
    })
  const approve = () => under.execute(acceptReturn, { orderId, returnId, approvedBy: admin })
  const confirm = async () => {
    await place()
    await under.deliverAll([captured(), committed()])
  }
  const returned = async () => (await under.row(orders, orderId))?.returns[0]?.status
  const toldOfReturn = async () => (await told()).slice(3)

  it('is asked for, approved, and completed when its money and its goods are back, in either order', async () => {
    for (const facts of [
      [refundRequested, stockReturned, refunded],
      [stockReturned, refundRequested, refunded],
      [refundRequested, refunded, stockReturned],
    ]) {
      orderId = newId()
      await confirm()
      await wantReturn()
      await approve()
      for (const fact of facts) await under.deliver(fact())
      expect([await returned(), await status(), await toldOfReturn()]).toEqual([
        'completed',
        'confirmed',
        ['ReturnRequested', 'ReturnApproved', 'ReturnCompleted'],
      ])
    }
  })

  it('happens once, however often and late it is told of', async () => {
    await confirm()
    const answers = await Promise.all(Array.from({ length: 5 }, () => wantReturn()))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const approvals = await Promise.all(Array.from({ length: 5 }, approve))
    for (const answer of approvals) expect(answer).toEqual(approvals[0])
    const facts = [refundRequested(), stockReturned(), refunded()]
    const ids = facts.map(() => newId())
    for (const [index, fact] of facts.entries()) {
      await under.deliver(fact, { id: ids[index] as string })
      expect(await under.deliver(fact, { id: ids[index] as string })).toMatchObject({ outcome: 'duplicate' })
    }
    const before = [await under.row(orders, orderId), await told()]
    for (const fact of [...facts, ...facts.toReversed()]) expect(await under.deliver(fact)).toMatchObject({ outcome: 'ignored' })
    expect([await under.row(orders, orderId), await told()]).toEqual(before)
    expect(await toldOfReturn()).toEqual(['ReturnRequested', 'ReturnApproved', 'ReturnCompleted'])
  })

  it('waits for the request of its refund when that is told of later', async () => {
    await confirm()
    await wantReturn(5000)
    expect(await under.deliver(refunded())).toMatchObject({ outcome: 'deferred' })
    await under.deliverAll([stockReturned(), refundRequested()])
    await expect.poll(returned, { timeout: 4_000 }).toBe('completed')
  })

  it('is approved by the rule, and completed without a refund when nothing was left', async () => {
    await confirm()
    expect(await wantReturn(5000)).toMatchObject({ status: 'approved', decidedBy: 'rule' })
    await under.deliverAll([ReturnAlreadyRefunded({ ...words().alreadyRefunded, orderId }), stockReturned()])
    expect([await returned(), await toldOfReturn()]).toEqual(['completed', ['ReturnRequested', 'ReturnApproved', 'ReturnCompleted']])
  })

  // fault: refund declined
  it('shows a refund that was declined for good, and completes when a person had it tried again', async () => {
    await confirm()
    await wantReturn(5000)
    await under.deliverAll([refundRequested(), refundFailed(), stockReturned()])
    expect((await under.row(orders, orderId))?.refunds).toMatchObject([{ refundId, status: 'failed' }])
    const again = newId()
    await under.deliverAll([refundRequested({ refundId: again, retryOf: refundId }), refunded(again)])
    expect(await under.deliver(refundFailed())).toMatchObject({ outcome: 'ignored' })
    expect(await returned()).toBe('completed')
  })

  it('is rejected once, and nothing goes back', async () => {
    await confirm()
    await wantReturn()
    const reject = () => under.execute(refuseReturn, { orderId, returnId, reason: 'It was cut.', rejectedBy: admin })
    expect(await reject()).toMatchObject({ status: 'rejected', rejection: 'It was cut.' })
    expect(await reject()).toMatchObject({ status: 'rejected' })
    await expect(approve()).rejects.toMatchObject({ code: 'return_already_decided', status: 409 })
    expect(await toldOfReturn()).toEqual(['ReturnRequested', 'ReturnRejected'])
  })

  it.each([
    ['goods of a return that nobody approved', stockReturned, 'contradiction'],
    ['a refund of one', refundRequested, 'contradiction'],
    ['another user’s refund', () => refundRequested({ userId: bob, returnId: undefined }), 'forged_user'],
  ])('is parked when it is forged: %s', async (_what, forged, reason) => {
    await confirm()
    await wantReturn()
    expect(await under.deliver(forged())).toMatchObject({ outcome: 'parked', reason })
    expect([await returned(), await toldOfReturn()]).toEqual(['requested', ['ReturnRequested']])
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
