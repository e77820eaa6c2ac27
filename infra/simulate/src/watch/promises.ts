import type { Anomaly, Evidence } from '@murmuration/checker'
import type { Notebook } from '../deeds/notebook.ts'

/** What customers were promised by an answer is kept, and no answer was a surprise. The checker cannot know these: it sees no answers. */
export function* brokenPromises(
  { orders, payments }: Evidence,
  { placed, cancelled, refunds, returns, surprises }: Notebook,
): Iterable<Anomaly> {
  const known = new Map(orders.map((order) => [order.orderId, order]))
  for (const orderId of placed)
    if (!known.has(orderId)) yield { name: 'lost', sagaId: orderId, service: 'order', detail: 'the order was accepted, and is not there' }
  for (const orderId of cancelled) {
    const status = known.get(orderId)?.status
    if (status !== 'cancelled')
      yield { name: 'lost', sagaId: orderId, service: 'order', detail: `the cancel was accepted, and the order is ${status}` }
  }
  const asked = new Set(payments.flatMap((payment) => payment.refunds.map(({ refundId }) => refundId)))
  for (const [refundId, orderId] of refunds)
    if (!asked.has(refundId))
      yield { name: 'lost', sagaId: orderId, service: 'payment', detail: `the refund ${refundId} was accepted, and is not there` }
  const wanted = new Set(orders.flatMap((order) => order.returns.map(({ returnId }) => returnId)))
  for (const [returnId, orderId] of returns)
    if (!wanted.has(returnId))
      yield { name: 'lost', sagaId: orderId, service: 'order', detail: `the return ${returnId} was accepted, and is not there` }
  for (const { sagaId, what } of surprises) yield { name: 'unexplained_difference', sagaId, detail: `a client ${what}` }
}
