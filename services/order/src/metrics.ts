import type { Handled } from '@murmuration/choreography'
import type { OrderPlaced, Received } from '@murmuration/contracts'
import { counter, histogram } from '@murmuration/telemetry'

const created = counter('order.create.count', { description: 'Orders asked for, by outcome', unit: '{order}' })
const statuses = counter('order.status.count', { description: 'Orders that came into a status', unit: '{order}' })
const returns = counter('order.return.count', { description: 'Returns that came into a status', unit: '{return}' })
const duration = histogram('order.process.duration', { description: 'From placing to a final status, in seconds' })

const statusOf: Readonly<Record<string, string>> = {
  OrderPlaced: 'pending',
  OrderPaid: 'paid',
  OrderConfirmed: 'confirmed',
  OrderCancelled: 'cancelled',
  OrderFailed: 'failed',
}
const returnStatusOf: Readonly<Record<string, string>> = {
  ReturnRequested: 'requested',
  ReturnApproved: 'approved',
  ReturnRejected: 'rejected',
  ReturnCompleted: 'completed',
}
const final = new Set(['confirmed', 'cancelled', 'failed'])

// When orders were placed whose id does not tell: their OrderPlaced comes by the lane of their other messages. As many as may be open at a time.
const placed = new Map<string, number>()
const mostOpen = 50_000

function remember(orderId: string, placedAt: string): void {
  placed.set(orderId, Date.parse(placedAt))
  if (placed.size > mostOpen) placed.delete(placed.keys().next().value ?? '')
}

type Seen = Pick<Handled, 'name' | 'outcome' | 'emitted' | 'sagaId' | 'input'>

/** The runtime's hook. */
export function countHandled({ name, outcome, emitted, sagaId, input }: Seen): void {
  // A message that could not be read has no input.
  if (name === 'OrderPlaced' && input !== undefined && sagaId[14] !== '7')
    remember(sagaId, (input as Received<typeof OrderPlaced>).data.placedAt)
  if (name === 'PlaceOrder') created.add(1, { outcome: outcome !== 'handled' ? 'refused' : emitted.length > 0 ? 'created' : 'repeated' })
  if (name === 'OrderPlaced' && outcome === 'handled') created.add(1, { outcome: 'adopted' })
  for (const { type } of emitted) {
    const returned = returnStatusOf[type]
    if (returned !== undefined) returns.add(1, { status: returned })
    const status = statusOf[type]
    if (status === undefined) continue
    statuses.add(1, { status })
    const seconds = final.has(status) ? secondsSince(sagaId) : undefined
    if (seconds !== undefined) duration.record(seconds, { status })
  }
}

/** The gateway mints an order's id when it is placed: a UUID v7 begins with that time, in ms. Those of an idempotency key, and injected ones, say nothing of it. */
export function secondsSince(id: string, now = Date.now()): number | undefined {
  const since = id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : placed.get(id)
  placed.delete(id)
  return since === undefined || since > now ? undefined : (now - since) / 1000
}
