import type { Handled } from '@murmuration/choreography'
import { counter, histogram } from '@murmuration/telemetry'

const created = counter('order.create.count', { description: 'Orders asked for, by outcome', unit: '{order}' })
const statuses = counter('order.status.count', { description: 'Orders that came into a status', unit: '{order}' })
const duration = histogram('order.process.duration', { description: 'From placing to a final status, in seconds' })

const statusOf: Readonly<Record<string, string>> = {
  OrderPlaced: 'pending',
  OrderPaid: 'paid',
  OrderConfirmed: 'confirmed',
  OrderCancelled: 'cancelled',
  OrderFailed: 'failed',
}
const final = new Set(['confirmed', 'cancelled', 'failed'])

/** The runtime's hook. */
export function countHandled({ name, outcome, emitted, sagaId }: Pick<Handled, 'name' | 'outcome' | 'emitted' | 'sagaId'>): void {
  if (name === 'PlaceOrder') created.add(1, { outcome: outcome !== 'handled' ? 'refused' : emitted.length > 0 ? 'created' : 'repeated' })
  if (name === 'OrderPlaced' && outcome === 'handled') created.add(1, { outcome: 'adopted' })
  for (const { type } of emitted) {
    const status = statusOf[type]
    if (status === undefined) continue
    statuses.add(1, { status })
    const seconds = final.has(status) ? secondsSince(sagaId) : undefined
    if (seconds !== undefined) duration.record(seconds, { status })
  }
}

/** The gateway mints an order's id when it is placed: a UUID v7 begins with that time, in ms. Injected orders may have others. */
export function secondsSince(id: string, now = Date.now()): number | undefined {
  if (id[14] !== '7') return undefined
  const seconds = (now - Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)) / 1000
  return seconds >= 0 ? seconds : undefined
}
