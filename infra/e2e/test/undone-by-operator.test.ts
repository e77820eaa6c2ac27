import { eventually } from '@murmuration/testing'
import { expect, it } from 'vitest'
import { endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { statementOf } from '../src/check/statement.ts'
import { place } from '../src/shop/orders.ts'
import { admin, customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { service, whilePaused } from '../src/stack/control.ts'
import { ask } from '../src/stack/gateway.ts'
import { event, watchTheLog } from '../src/watch/log.ts'
import { remember, tellsTheStories } from '../src/watch/stories.ts'

watchTheLog()

const untouched = { available: 10, reserved: 0, total: 10 }
const reason = 'its parcel fell into the sea'
const paidBack = [
  { type: 'charge', amount: 2500 },
  { type: 'refund', amount: 2500 },
]
const allBack = {
  order: { status: 'failed', reason },
  payment: { status: 'refunded', reason: null, refunded: 2500 },
  capture: { status: 'captured', refunded: 2500 },
  notifications: ['order_failed', 'payment_refunded'],
} as const

async function giveUp(orderId: string): Promise<void> {
  const { token } = await admin()
  const { status, body } = await ask('POST', `/orders/${orderId}/fail`, { token, body: { reason } })
  expect([status, body['status']]).toEqual([200, 'failed'])
}

// undone by FailOrder: OrderPlaced, StockReserved, PaymentAuthorized, ChannelCaptured, PaymentCaptured
it('gives an order up while the capture is in flight: what it takes goes back, once', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await whilePaused('channel', async () => {
    const placed = remember(await place(buyer, { product: goods }), ['channel'])
    await event(placed, 'PaymentAuthorized')
    await giveUp(placed)
    await event(placed, 'StockReleased')
    return placed
  })
  await endsAs(orderId, { ...allBack, reservation: 'released', notifications: [...allBack.notifications] })
  expect(await statementOf(orderId)).toEqual(paidBack)
  expect(await levelOf(goods)).toEqual(untouched)
})

// undone by FailOrder: ChannelCaptured, PaymentCaptured, OrderPaid
it('gives a paid order up before its stock was committed: refunded once, the stock is back', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  await service('channel').pause()
  const orderId = remember(await place(buyer, { product: goods }), ['channel', 'inventory'])
  await event(orderId, 'PaymentAuthorized')
  // The inventory has reserved, and is stopped before the money comes.
  await whilePaused('inventory', async () => {
    await service('channel').resume()
    await event(orderId, 'OrderPaid')
    await giveUp(orderId)
    await event(orderId, 'PaymentRefunded')
  })
  // Which of the two facts the inventory reads first is open; the stock is back in both cases.
  await endsAs(orderId, { ...allBack, notifications: [...allBack.notifications] })
  expect(await statementOf(orderId)).toEqual(paidBack)
  await eventually(async () => expect(await levelOf(goods)).toEqual(untouched), { timeoutMs: 10_000 })
})

tellsTheStories()
everythingIsExplained()
