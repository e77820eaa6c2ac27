import { expect, it } from 'vitest'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { statementOf } from '../src/check/statement.ts'
import { place } from '../src/shop/orders.ts'
import { customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { whileProvider } from '../src/shop/provider.ts'
import { whileRule } from '../src/shop/risk-rules.ts'
import { service, whilePaused } from '../src/stack/control.ts'
import { event, typesOf, watchTheLog } from '../src/watch/log.ts'
import { remember, tellsTheStories } from '../src/watch/stories.ts'

watchTheLog()

const untouched = { available: 10, reserved: 0, total: 10 }
/** The channel knows of the payment, and was never told to charge. */
const neverCharged = { status: 'initiated', refunded: 0 }
const failed = (reason: string) => ({ status: 'failed', reason, refunded: 0 })
const cancelled = (reason: string) => ({ status: 'cancelled', reason })

// undone by StockRejected: OrderPlaced
it('cancels an order that the stock cannot serve, and never asks for money', async () => {
  const [buyer, goods] = await Promise.all([customer(), product({ stock: 2 })])
  const orderId = remember(await place(buyer, { product: goods, quantity: 3 }), ['inventory', 'notification'])
  await endsAs(orderId, {
    order: cancelled('out_of_stock'),
    reservation: 'rejected',
    payment: failed('order_cancelled'),
    risk: null,
    capture: null,
    notifications: ['order_cancelled'],
  })
  await event(orderId, 'NotificationSent')
  await event(orderId, 'PaymentFailed')
  expect(typesOf(orderId)).toEqual(['NotificationSent', 'OrderCancelled', 'OrderPlaced', 'PaymentFailed', 'StockRejected'])
  expect(await statementOf(orderId)).toEqual([])
  expect(await levelOf(goods)).toEqual({ available: 2, reserved: 0, total: 2 })
})

// undone by ChannelDeclined: OrderPlaced, StockReserved, PaymentInitiated, PaymentAuthorized
it('releases the stock and cancels when the provider declines', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = remember(await place(buyer, { product: goods, quantity: 4, method: 'decline' }), ['channel'])
  await endsAs(orderId, {
    order: cancelled('payment_failed'),
    reservation: 'released',
    payment: failed('declined'),
    risk: 'low',
    capture: { status: 'declined', refunded: 0 },
    notifications: ['order_cancelled'],
  })
  await event(orderId, 'NotificationSent')
  expect(typesOf(orderId)).toEqual([
    'ChannelDeclined',
    'NotificationSent',
    'OrderCancelled',
    'OrderPlaced',
    'PaymentAuthorized',
    'PaymentFailed',
    'PaymentInitiated',
    'PaymentRiskCleared',
    'StockReleased',
    'StockReserved',
  ])
  expect(await statementOf(orderId)).toEqual([])
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by PaymentRiskRejected: OrderPlaced, StockReserved, PaymentInitiated
it('releases the stock and cancels when the risk rejects a buyer who is on the block list', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whileRule('user_blocked', { userIds: [buyer.userId] }, async () => {
    const placed = remember(await place(buyer, { product: goods }), ['risk'])
    await event(placed, 'PaymentRiskRejected')
    return placed
  })
  await endsAs(orderId, {
    order: cancelled('payment_failed'),
    reservation: 'released',
    payment: failed('risk_rejected'),
    risk: 'high',
    capture: neverCharged,
    notifications: ['order_cancelled'],
  })
  await event(orderId, 'NotificationSent')
  expect(typesOf(orderId)).toEqual([
    'NotificationSent',
    'OrderCancelled',
    'OrderPlaced',
    'PaymentFailed',
    'PaymentInitiated',
    'PaymentRiskRejected',
    'StockReleased',
    'StockReserved',
  ])
  expect(await statementOf(orderId)).toEqual([])
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by payment-deadline: OrderPlaced, StockReserved, PaymentInitiated
it('goes on without a silent risk service for a low amount, and waits for it in vain for a high one', async () => {
  const [buyer, cheap, dear] = await Promise.all([customer(), product({ price: 9_900 }), product({ price: 10_100 })])
  const [low, high] = await whilePaused('risk', async () => {
    const orders = await Promise.all([place(buyer, { product: cheap }), place(buyer, { product: dear })])
    await event(orders[0], 'OrderConfirmed')
    await event(orders[1], 'PaymentFailed')
    return orders
  })
  expect((await event(low, 'PaymentAuthorized')).data).toMatchObject({ degraded: true })
  expect((await event(high, 'PaymentFailed')).data).toMatchObject({ reason: 'risk_timeout' })
  // The risk's late answer changes nothing.
  await Promise.all([event(low, 'PaymentRiskCleared'), event(high, 'PaymentRiskCleared')])
  await endsAs(low, confirmed)
  await endsAs(high, {
    order: cancelled('payment_failed'),
    reservation: 'released',
    payment: failed('risk_timeout'),
    capture: neverCharged,
    notifications: ['order_cancelled'],
  })
  expect(await statementOf(low)).toEqual([{ type: 'charge', amount: 9_900 }])
  expect(await statementOf(high)).toEqual([])
  expect([await levelOf(cheap), await levelOf(dear)]).toEqual([{ available: 9, reserved: 0, total: 9 }, untouched])
  remember(low, ['risk'])
  remember(high, ['risk'])
})

it('finds out what became of a charge whose answer was lost, and charges once', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whileProvider({ lostAnswerRate: 1 }, async () => {
    const placed = remember(await place(buyer, { product: goods }), ['channel'])
    await event(placed, 'ChannelCaptured')
    return placed
  })
  await endsAs(orderId, confirmed)
  await event(orderId, 'NotificationSent')
  expect(await statementOf(orderId)).toEqual([{ type: 'charge', amount: 2500 }])
  expect(typesOf(orderId).filter((type) => type === 'ChannelCaptured')).toHaveLength(1)
})

// undone by reservation-expires: OrderPlaced, StockReserved, PaymentInitiated, PaymentAuthorized, ChannelCaptured, PaymentCaptured
it('lets a reservation expire that nobody pays for in time, and gives back what is captured later', async () => {
  const [buyer, goods, dear] = await Promise.all([customer(), product(), product({ price: 50_000 })])
  await service('inventory').restart({ RESERVATION_TTL_MS: '2500' })
  try {
    // The capture is in flight while the reservation expires.
    const late = await whilePaused('channel', async () => {
      const placed = remember(await place(buyer, { product: goods, quantity: 2 }), ['channel'])
      await event(placed, 'OrderCancelled')
      return placed
    })
    await endsAs(late, {
      order: cancelled('expired'),
      reservation: 'expired',
      payment: { status: 'refunded', reason: null, refunded: 5000 },
      capture: { status: 'captured', refunded: 5000 },
      notifications: ['order_cancelled', 'payment_refunded'],
    })
    expect(await statementOf(late)).toEqual([
      { type: 'charge', amount: 5000 },
      { type: 'refund', amount: 5000 },
    ])
    // The payment still waits for the risk.
    const early = await whilePaused('risk', async () => {
      const placed = remember(await place(buyer, { product: dear }))
      await event(placed, 'OrderCancelled')
      await event(placed, 'PaymentFailed')
      return placed
    })
    await endsAs(early, {
      order: cancelled('expired'),
      reservation: 'expired',
      payment: failed('order_cancelled'),
      capture: neverCharged,
      notifications: ['order_cancelled'],
    })
    expect(await statementOf(early)).toEqual([])
  } finally {
    await service('inventory').restart({ RESERVATION_TTL_MS: '900000' })
  }
  expect([await levelOf(goods), await levelOf(dear)]).toEqual([untouched, untouched])
})

tellsTheStories()

everythingIsExplained()
