import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, refused } from '../errors.ts'
import { listOf, objectOf, textOf } from '../json.ts'
import { paint, type Result, tableOf } from '../output.ts'
import { awaitOrder, getOrder, hasEnded, moneyOf, type OrderView, orderOf, written } from '../stack/orders.ts'
import { api } from '../stack/session.ts'
import type { Stack } from '../stack/stack.ts'
import { secondsOf, type Wait } from './wait.ts'

/** `murmur order get` */
export async function get(stack: Stack, orderId: string, { admin = false }: { admin?: boolean }): Promise<Result> {
  const { body } = await api(stack, `/orders/${encodeURIComponent(orderId)}`, {}, admin ? 'admin' : 'demo')
  return { json: body, text: describe(orderOf(body)) }
}

/** `murmur order list` */
export async function list(stack: Stack, { limit = 20 }: { limit?: number }): Promise<Result> {
  const { body } = await api(stack, `/orders?limit=${Math.min(limit, 100)}`)
  const orders = listOf(objectOf(body)['items'])
  const rows = orders
    .map(orderOf)
    .map(({ orderId, status, reason, total, placedAt }) => [orderId, status, reason ?? '', written(total), placedAt ?? ''])
  return {
    json: orders,
    text: rows.length === 0 ? 'no orders yet: `murmur order place`' : tableOf([['order', 'status', 'reason', 'total', 'placed'], ...rows]),
  }
}

/** `murmur order cancel` */
export async function cancel(stack: Stack, orderId: string, { wait }: { wait?: Wait }): Promise<Result> {
  const { body } = await api(stack, `/orders/${encodeURIComponent(orderId)}/cancel`, { method: 'POST' })
  const now = orderOf(body)
  const order = wait === undefined ? now : await awaitOrder(stack, orderId, hasEnded, secondsOf(wait) * 1000)
  return {
    json: wait === undefined ? body : order,
    text: describe(order),
    exitCode: wait !== undefined && !hasEnded(order) ? EXIT.no : EXIT.ok,
  }
}

/** `murmur order refund`: customers ask for a return. */
export async function refund(stack: Stack, orderId: string, { amount, wait }: { amount?: number; wait?: Wait }): Promise<Result> {
  const order = await getOrder(stack, orderId, 'admin')
  if (order.paymentId === undefined) throw refused(`order ${orderId} has no payment yet (it is ${order.status})`)
  const money = amount === undefined ? {} : { amount: { amount, currency: order.total.currency } }
  const { body } = await api(stack, `/payments/${order.paymentId}/refunds`, { method: 'POST', body: money }, 'admin')
  if (wait === undefined) return { json: body, text: `refund asked for: ${JSON.stringify(body)}` }
  const payment = await awaitRefund(stack, order.paymentId, secondsOf(wait) * 1000)
  const done = !hasPending(payment)
  const refundedAmount = moneyOf(payment['refundedAmount'])
  const text = `payment ${order.paymentId} is ${textOf(payment['status']) ?? 'unknown'}, ${written({ ...refundedAmount, currency: order.total.currency })} refunded`
  return {
    json: { refund: body, payment },
    text: done ? text : `${text}\n  → The refund has not ended in time.`,
    exitCode: done ? EXIT.ok : EXIT.no,
  }
}

async function awaitRefund(stack: Stack, paymentId: string, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const payment = objectOf((await api(stack, `/payments/${paymentId}`, {}, 'admin')).body)
    if (!hasPending(payment) || Date.now() >= deadline) return payment
    await sleep(100)
  }
}

/** Whether a refund of the payment is still on its way. */
const hasPending = (payment: Readonly<Record<string, unknown>>): boolean =>
  listOf(payment['refunds'])
    .map(objectOf)
    .some(({ status, retriedBy }) => status === 'pending' || (status === 'declined' && retriedBy === undefined))

function describe({ orderId, status, reason, total, items, history, paymentId, method }: OrderView): string {
  const lines = items
    .map(objectOf)
    .map(({ sku, quantity, subtotal }) => `  ${String(quantity)} × ${String(sku)}  ${written(moneyOf(subtotal))}`)
  const steps = history.map(({ at, status: step, reason: why }) => `  ${paint('dim', at)}  ${step}${why === undefined ? '' : ` (${why})`}`)
  return [
    `order ${orderId}  ${paint('bold', status)}${reason === undefined ? '' : ` (${reason})`}  ${written(total)}`,
    ...lines,
    `  ${method ?? 'payment'}${paymentId === undefined ? '' : `  payment ${paymentId}`}`,
    ...steps,
  ].join('\n')
}
