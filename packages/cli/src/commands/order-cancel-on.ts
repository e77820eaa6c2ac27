import { listOf, objectOf, textOf } from '../json.ts'
import { note } from '../output.ts'
import { Refused } from '../stack/http.ts'
import { hasEnded, orderOf } from '../stack/orders.ts'
import { api } from '../stack/session.ts'
import { orderEvents } from '../stack/sse.ts'
import type { Stack } from '../stack/stack.ts'

const endings = new Set(['OrderConfirmed', 'OrderCancelled', 'OrderFailed'])
const WARM_UP_MS = 6_000

/**
 * The gateway follows the topics only while somebody looks, and its first look takes a moment, in which a new order's events would pass unseen. So look at
 * an old order first; without one, this does nothing.
 */
export async function warmUp(stack: Stack): Promise<void> {
  const { body } = await api(stack, '/orders?limit=1')
  const orderId = textOf(objectOf(listOf(objectOf(body)['items'])[0])['orderId'])
  if (orderId === undefined) return
  const done = new AbortController()
  for await (const _first of orderEvents(stack, orderId, AbortSignal.any([done.signal, AbortSignal.timeout(WARM_UP_MS)]))) done.abort()
}

/**
 * Cancels the order at the moment that its stream shows an event of this type, and follows it to its end.
 * @returns false when the event did not come in time, or the order could no longer be cancelled then
 */
export async function cancelOn(stack: Stack, orderId: string, type: string, timeoutMs: number): Promise<boolean> {
  const done = new AbortController()
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMs)])
  let cancelled: boolean | undefined
  try {
    for await (const { event, data } of orderEvents(stack, orderId, signal)) {
      if (event === type) cancelled ??= await cancel(stack, orderId)
      if (event === 'order' ? hasEnded(orderOf(data)) : endings.has(event)) break
    }
  } finally {
    done.abort()
  }
  if (cancelled === undefined) note(`murmur: ${type} was not seen`)
  return cancelled ?? false
}

async function cancel(stack: Stack, orderId: string): Promise<boolean> {
  try {
    await api(stack, `/orders/${orderId}/cancel`, { method: 'POST' })
    return true
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error
    note(`murmur: ${error.message}`)
    return false
  }
}
