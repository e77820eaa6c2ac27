import { OrderPlaced } from '@murmuration/contracts'
import { cancelOrder } from '@murmuration/order/commands/cancel-order'
import { failOrder } from '@murmuration/order/commands/fail-order'
import { placeOrder } from '@murmuration/order/commands/place-order'
import { idOf } from '../workload/ids.ts'
import type { DeedOf } from '../workload/plan.ts'
import type { Perform } from './deed.ts'
import { skuOf } from './goods.ts'
import { sealed } from './messages.ts'
import { answered } from './notebook.ts'

const shippingAddress = (country: string) => ({ name: 'Ada', line1: '1 Main St', city: 'Berlin', postalCode: '10115', country })

export const place: Perform<'place'> = async (deed, { world, plan, notebook }) => {
  const { order, user, items, method, source, country, byLog, forged } = deed
  const orderId = idOf('order', order)
  if (byLog) {
    if (world.records('order.events', orderId).length > 0) return undefined
    const right = injected(deed, plan.goods, world.now())
    const id = `injected-${order}`
    if (forged) notebook.repairs.set(id, right.data)
    const event = forged
      ? { ...right, data: { ...right.data, total: { ...right.data.total, amount: right.data.total.amount + 1 } } }
      : right
    notebook.planted.add(world.write('order.events', sealed(event, orderId, id)))
    notebook.planted.add(id)
    return 'injected'
  }
  const wish = {
    orderId,
    userId: idOf('user', user),
    items: items.map(({ product, quantity }) => ({ productId: idOf('product', product), quantity })),
    payment: { method, source },
    shippingAddress: shippingAddress(country),
  }
  // Every other order comes under an idempotency key, and again under it.
  const requestId = order % 2 === 0 ? orderId.replace('-7000-', '-8000-') : undefined
  const ask = (asked: typeof wish, refusals: readonly string[]) =>
    answered(notebook, orderId, world.execute('order', placeOrder, requestId === undefined ? asked : { ...asked, requestId }), refusals)
  const answer = await ask(wish, ['unknown_product'])
  if (requestId !== undefined) {
    const again = await ask(wish, ['unknown_product'])
    const other = await ask({ ...wish, shippingAddress: shippingAddress(country === 'DE' ? 'FR' : 'DE') }, ['idempotency_key_reused'])
    if ('refused' in again !== 'refused' in answer || !('refused' in other))
      notebook.surprises.push({ sagaId: orderId, what: 'was answered otherwise when it was asked for again under its idempotency key' })
  }
  if ('refused' in answer) return `refused: ${answer.refused}`
  notebook.placed.add(orderId)
  return answer.reply.status
}

/** The order as a shop of its own would have published it. */
function injected(
  { order, user, items, method, source, country }: DeedOf<'place'>,
  goods: readonly { product: number; price: number }[],
  now: number,
) {
  const lines = items.map(({ product, quantity }) => {
    const price = goods.find((one) => one.product === product)?.price ?? 0
    const unitPrice = { amount: price, currency: 'EUR' as const }
    const subtotal = { amount: price * quantity, currency: 'EUR' as const }
    return { productId: idOf('product', product), sku: skuOf(product), name: skuOf(product), unitPrice, quantity, subtotal }
  })
  return OrderPlaced({
    orderId: idOf('order', order),
    userId: idOf('user', user),
    items: lines,
    total: { amount: lines.reduce((sum, { subtotal }) => sum + subtotal.amount, 0), currency: 'EUR' },
    payment: { method, source },
    shippingAddress: shippingAddress(country),
    placedAt: new Date(now).toISOString(),
  })
}

export const cancel: Perform<'cancel'> = async ({ order, user }, { world, notebook }) => {
  const orderId = idOf('order', order)
  const asked = world.execute('order', cancelOrder, { orderId, userId: idOf('user', user) })
  const answer = await answered(notebook, orderId, asked, ['order_not_found', 'order_not_cancellable'])
  if ('refused' in answer) return `refused: ${answer.refused}`
  notebook.cancelled.add(orderId)
  return answer.reply.status
}

export const giveUp: Perform<'give up'> = async ({ order }, { world, notebook }) => {
  const orderId = idOf('order', order)
  const asked = world.execute('order', failOrder, { orderId, reason: 'given up by an operator' })
  const answer = await answered(notebook, orderId, asked, ['order_not_found', 'order_already_ended'])
  return 'refused' in answer ? `refused: ${answer.refused}` : answer.reply.status
}
