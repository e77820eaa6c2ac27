import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@murmuration/testing'
import { expect, it } from 'vitest'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { stateOf } from '../src/check/final-state.ts'
import { balanceOf, statementOf } from '../src/check/statement.ts'
import { cancel, place } from '../src/shop/orders.ts'
import { admin, customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { whileProvider } from '../src/shop/provider.ts'
import { service, whilePaused } from '../src/stack/control.ts'
import { ask, insist } from '../src/stack/gateway.ts'
import { event, typesOf, watchTheLog } from '../src/watch/log.ts'
import { remember, tellsTheStories } from '../src/watch/stories.ts'

watchTheLog()

const untouched = { available: 10, reserved: 0, total: 10 }
const byCustomer = { status: 'cancelled', reason: 'by_customer' }
const paidBack = [
  { type: 'charge', amount: 2500 },
  { type: 'refund', amount: 2500 },
]
const count = (orderId: string, type: string) => typesOf(orderId).filter((each) => each === type).length

// undone by CancelOrder: OrderPlaced
it('cancels before the stock was asked: nothing is held in the end, nothing is charged', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whilePaused('inventory', async () => {
    const placed = remember(await place(buyer, { product: goods }))
    expect((await cancel(buyer, placed)).status).toBe(200)
    await event(placed, 'PaymentFailed')
    return placed
  })
  await endsAs(orderId, {
    order: byCustomer,
    reservation: 'released',
    payment: { status: 'failed', reason: 'order_cancelled', refunded: 0 },
    capture: null,
    notifications: ['order_cancelled'],
  })
  expect(await statementOf(orderId)).toEqual([])
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by CancelOrder: OrderPlaced, StockReserved, PaymentInitiated
it('cancels while the payment waits for the risk: the stock is released, nothing is charged', async () => {
  const [buyer, goods] = await Promise.all([customer(), product({ price: 20_000 })])
  const orderId = await whilePaused('risk', async () => {
    const placed = remember(await place(buyer, { product: goods }))
    await event(placed, 'PaymentInitiated')
    expect((await cancel(buyer, placed)).status).toBe(200)
    await event(placed, 'PaymentFailed')
    return placed
  })
  await endsAs(orderId, {
    order: byCustomer,
    reservation: 'released',
    payment: { status: 'failed', reason: 'order_cancelled', refunded: 0 },
    capture: { status: 'initiated', refunded: 0 },
    notifications: ['order_cancelled'],
  })
  expect(await statementOf(orderId)).toEqual([])
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by CancelOrder: PaymentAuthorized, ChannelCaptured, PaymentCaptured
it('cancels while the capture is in flight: what it takes goes back, once', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whilePaused('channel', async () => {
    const placed = remember(await place(buyer, { product: goods }), ['channel'])
    await event(placed, 'PaymentAuthorized')
    expect((await cancel(buyer, placed)).status).toBe(200)
    await event(placed, 'StockReleased')
    return placed
  })
  await endsAs(orderId, {
    order: byCustomer,
    reservation: 'released',
    payment: { status: 'refunded', reason: null, refunded: 2500 },
    capture: { status: 'captured', refunded: 2500 },
    notifications: ['order_cancelled', 'payment_refunded'],
  })
  expect(await statementOf(orderId)).toEqual(paidBack)
  expect(count(orderId, 'PaymentRefunded')).toBe(1)
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by CancelOrder: ChannelCaptured, PaymentCaptured, OrderPaid
it('cancels a paid order before its stock was committed: refunded once, the stock is back', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  await service('channel').pause()
  const orderId = remember(await place(buyer, { product: goods }), ['channel', 'inventory'])
  await event(orderId, 'PaymentAuthorized')
  // The inventory has reserved, and is stopped before the money comes.
  await whilePaused('inventory', async () => {
    await service('channel').resume()
    await event(orderId, 'OrderPaid')
    const { status, body } = await cancel(buyer, orderId)
    expect([status, body['status']]).toEqual([200, 'cancelled'])
    await event(orderId, 'PaymentRefunded')
  })
  const { reservation } = await endsAs(orderId, {
    order: byCustomer,
    payment: { status: 'refunded', reason: null, refunded: 2500 },
    capture: { status: 'captured', refunded: 2500 },
    notifications: ['order_cancelled', 'payment_refunded'],
  })
  // Which of the two facts the inventory reads first is open; the stock is back in both cases.
  await eventually(async () => expect((await stateOf(orderId)).reservation).toMatch(/^(released|restocked)$/), { timeoutMs: 10_000 })
  expect(['held', 'committed', 'released', 'restocked']).toContain(reservation)
  expect(await statementOf(orderId)).toEqual(paidBack)
  expect(await levelOf(goods)).toEqual(untouched)
})

it('cancels when stock and money are already taken, if the order has not heard of it: all of it comes back', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  await service('channel').pause()
  const orderId = remember(await place(buyer, { product: goods }), ['channel', 'inventory'])
  await event(orderId, 'PaymentAuthorized')
  const asking = await whilePaused('order', async () => {
    await service('channel').resume()
    await event(orderId, 'StockCommitted')
    const answer = cancel(buyer, orderId)
    await sleep(300)
    return { answer }
  })
  // Both now lie before the order service, the wish to cancel and the news from the stock; which it reads first is open.
  const { status } = await asking.answer
  if (status === 200) {
    await endsAs(orderId, {
      order: byCustomer,
      reservation: 'restocked',
      payment: { status: 'refunded', reason: null, refunded: 2500 },
      capture: { status: 'captured', refunded: 2500 },
      notifications: ['order_cancelled', 'payment_refunded'],
    })
    expect(await statementOf(orderId)).toEqual(paidBack)
    expect(await levelOf(goods)).toEqual(untouched)
  } else {
    expect(status).toBe(409)
    await endsAs(orderId, confirmed)
    expect(await levelOf(goods)).toEqual({ available: 9, reserved: 0, total: 9 })
  }
})

// undone by RequestRefund: ChannelCaptured, PaymentCaptured
// row 14
it('refuses to cancel a confirmed order; an administrator’s refund in parts gives its money back, never more', async () => {
  const [buyer, goods, { token }] = await Promise.all([customer(), product(), admin()])
  const orderId = remember(await place(buyer, { product: goods }), ['channel'])
  await endsAs(orderId, confirmed)
  expect((await cancel(buyer, orderId)).status).toBe(409)

  const order = await insist(ask('GET', `/orders/${orderId}`, { token: buyer.token }))
  const { paymentId } = order['payment'] as { paymentId: string }
  const refund = (amount: number) => ask('POST', `/payments/${paymentId}/refunds`, { token, body: { amount: { amount, currency: 'EUR' } } })
  expect((await refund(1000)).status).toBe(201)
  expect((await refund(1501)).status).toBe(409)
  expect((await refund(1500)).status).toBe(201)
  expect((await refund(1)).status).toBe(409)
  await endsAs(orderId, {
    order: { status: 'confirmed', reason: null },
    reservation: 'committed',
    payment: { status: 'refunded', reason: null, refunded: 2500 },
    capture: { status: 'captured', refunded: 2500 },
    notifications: ['order_confirmed', 'payment_refunded', 'payment_refunded'],
  })
  expect(balanceOf(await statementOf(orderId))).toBe(0)
  expect(count(orderId, 'PaymentRefunded')).toBe(2)
})

it('asks for what a cancelled order is owed again some times when it is declined, and then a person has to look', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  await service('channel').pause()
  const orderId = remember(await place(buyer, { product: goods }), ['channel', 'inventory'])
  await event(orderId, 'PaymentAuthorized')
  await whilePaused('inventory', () =>
    whileProvider({ refundSuccessRate: 0 }, async () => {
      await service('channel').resume()
      await event(orderId, 'OrderPaid')
      expect((await cancel(buyer, orderId)).status).toBe(200)
      await event(orderId, 'PaymentRefundFailed')
    }),
  )
  expect(count(orderId, 'PaymentRefundRequested')).toBe(3)
  expect(count(orderId, 'PaymentRefundFailed')).toBe(1)
  await endsAs(orderId, {
    order: byCustomer,
    payment: { status: 'success', reason: null, refunded: 0 },
    notifications: ['order_cancelled'],
  })
  await eventually(async () => expect(await levelOf(goods)).toEqual(untouched), { timeoutMs: 10_000 })
})

it('cancels once, however often it is asked', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whilePaused('channel', async () => {
    const placed = remember(await place(buyer, { product: goods }))
    await event(placed, 'PaymentAuthorized')
    const answers = await Promise.all(Array.from({ length: 5 }, () => cancel(buyer, placed)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    return placed
  })
  await endsAs(orderId, { order: byCustomer, payment: { status: 'refunded', reason: null, refunded: 2500 } })
  expect(count(orderId, 'OrderCancelled')).toBe(1)
  expect(await statementOf(orderId)).toEqual(paidBack)
})

tellsTheStories()

everythingIsExplained()
