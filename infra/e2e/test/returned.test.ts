import { eventually } from '@murmuration/testing'
import { expect, it } from 'vitest'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { balanceOf, statementOf } from '../src/check/statement.ts'
import { cancel, place } from '../src/shop/orders.ts'
import { admin, customer, type Person } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { whileProvider } from '../src/shop/provider.ts'
import { ask, insist } from '../src/stack/gateway.ts'
import { event, typesOf, watchTheLog } from '../src/watch/log.ts'
import { remember, tellsTheStories } from '../src/watch/stories.ts'

watchTheLog()

const count = (orderId: string, type: string) => typesOf(orderId).filter((each) => each === type).length
const untouched = { available: 10, reserved: 0, total: 10 }

interface Shown {
  readonly returns: readonly {
    readonly returnId: string
    readonly status: string
    readonly refund?: string
    readonly restocked?: boolean
  }[]
  readonly refunds: readonly { readonly refundId: string; readonly status: string }[]
}
const shown = async (by: Person, orderId: string) =>
  (await insist(ask('GET', `/orders/${orderId}`, { token: by.token }))) as unknown as Shown

async function bought(quantity: number) {
  const [buyer, goods, { token }] = await Promise.all([customer(), product(), admin()])
  const orderId = remember(await place(buyer, { product: goods, quantity }), ['channel', 'inventory', 'notification'])
  await endsAs(orderId, { order: confirmed.order, reservation: 'committed' })
  const giveBack = (body: object) =>
    ask('POST', `/orders/${orderId}/returns`, { token: buyer.token, body: { reason: 'Two keys stick.', ...body } })
  const decide = (returnId: unknown, how: 'approve' | 'reject', body?: object) =>
    ask('POST', `/orders/${orderId}/returns/${String(returnId)}/${how}`, { token, ...(body && { body }) })
  return { buyer, goods, orderId, token, giveBack, decide }
}

// fault: return
// undone by ApproveReturn: ChannelCaptured
// undone by RequestReturn: ChannelCaptured
it('gives a confirmed order back in two parts: asked for, approved, refunded, restocked, and no more than was bought', async () => {
  const { buyer, goods, orderId, giveBack, decide } = await bought(3)
  expect((await cancel(buyer, orderId)).status).toBe(409)
  const [payment] = (await insist(ask('GET', `/payments?orderId=${orderId}`, { token: buyer.token })))['items'] as { paymentId: string }[]
  const own = await ask('POST', `/payments/${payment?.paymentId}/refunds`, { token: buyer.token, body: {} })
  expect([own.status, own.body['code']]).toEqual([403, 'return_required'])

  const first = await insist(giveBack({ items: [{ productId: goods.productId, quantity: 1 }] }))
  expect(first).toMatchObject({ status: 'requested', amount: { amount: 2500, currency: 'EUR' } })
  expect((await decide(first['returnId'], 'approve')).status).toBe(200)
  await event(orderId, 'ReturnCompleted')
  const rest = await insist(giveBack({}))
  expect((await giveBack({})).status).toBe(409)
  expect((await decide(rest['returnId'], 'approve')).status).toBe(200)
  await endsAs(orderId, {
    order: { status: 'confirmed', reason: null },
    payment: { status: 'refunded', reason: null, refunded: 7500 },
    capture: { status: 'captured', refunded: 7500 },
    notifications: ['order_confirmed', 'payment_refunded', 'payment_refunded', 'return_approved', 'return_approved'],
  })
  await eventually(async () => expect(await levelOf(goods)).toEqual(untouched), { timeoutMs: 10_000 })
  await eventually(async () => {
    const { returns, refunds } = await shown(buyer, orderId)
    expect(returns).toMatchObject(Array(2).fill({ status: 'completed', refund: 'refunded', restocked: true }))
    expect(refunds).toMatchObject(Array(2).fill({ status: 'refunded' }))
  })
  expect(balanceOf(await statementOf(orderId))).toBe(0)
  expect(count(orderId, 'ReturnCompleted')).toBe(2)
})

it('gives nothing back of a return that is rejected, and tells the customer why', async () => {
  const { buyer, goods, orderId, giveBack, decide } = await bought(1)
  const { returnId } = await insist(giveBack({}))
  expect((await decide(returnId, 'reject', { reason: 'The seal is broken.' })).status).toBe(200)
  expect((await decide(returnId, 'approve')).status).toBe(409)
  await endsAs(orderId, { payment: confirmed.payment, notifications: ['order_confirmed', 'return_rejected'] })
  expect(await levelOf(goods)).toEqual({ available: 9, reserved: 0, total: 9 })
  expect((await shown(buyer, orderId)).returns).toMatchObject([{ status: 'rejected', rejection: 'The seal is broken.' }])
})

// fault: refund declined
// undone by refund-retry: ChannelCaptured
// undone by RetryRefund: ChannelCaptured
it('tries a declined refund again, then puts it before a person, who has it made', async () => {
  const { buyer, orderId, token, giveBack, decide } = await bought(1)
  await whileProvider({ refundSuccessRate: 0 }, async () => {
    const { returnId } = await insist(giveBack({}))
    await insist(decide(returnId, 'approve'))
    await event(orderId, 'PaymentRefundFailed')
  })
  expect(count(orderId, 'PaymentRefundRequested')).toBe(3)
  await eventually(async () => expect((await shown(buyer, orderId)).returns).toMatchObject([{ status: 'approved', refund: 'failed' }]))
  const failed = (await insist(ask('GET', '/refunds/failed', { token })))['items'] as {
    orderId: string
    paymentId: string
    refundId: string
  }[]
  const own = failed.find((each) => each.orderId === orderId)
  await insist(ask('POST', `/payments/${own?.paymentId}/refunds/${own?.refundId}/retry`, { token }))
  await event(orderId, 'ReturnCompleted')
  await endsAs(orderId, { payment: { status: 'refunded', reason: null, refunded: 2500 } })
  expect((await shown(buyer, orderId)).refunds.map(({ status }) => status)).toEqual(['retried', 'retried', 'retried', 'refunded'])
  expect(balanceOf(await statementOf(orderId))).toBe(0)
})

tellsTheStories()

everythingIsExplained()
