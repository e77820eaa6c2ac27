import { note } from '../output.ts'
import { Refused } from '../stack/http.ts'
import { api } from '../stack/session.ts'
import { orderEvents } from '../stack/sse.ts'
import type { Stack } from '../stack/stack.ts'

const endings = new Set(['OrderConfirmed', 'OrderCancelled', 'OrderFailed'])

/**
 * Cancels the order at the moment that its stream shows an event of this type, and follows it to its end.
 * @returns false when the event did not come in time, or the order could no longer be cancelled then
 */
export async function cancelOn(stack: Stack, orderId: string, type: string, timeoutMs: number): Promise<boolean> {
  let cancelled: boolean | undefined
  for await (const { event } of orderEvents(stack, orderId, AbortSignal.timeout(timeoutMs))) {
    if (event === type) cancelled ??= await cancel(stack, orderId)
    if (endings.has(event)) break
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
