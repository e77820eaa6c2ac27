import type { Saga } from '../sagas.ts'
import type { Rule } from './rule.ts'

/** The customer is told of each outcome once, and of nothing else. */
export const told: Rule = function* ({ untold }, { sagas }) {
  for (const saga of sagas.values()) {
    const { sagaId, notifications } = saga
    if (saga.held || saga.foreign) continue
    const outcomes = new Set(outcomesOf(saga))
    const causes = new Set<string>()
    for (const { cause } of notifications) {
      const about = { sagaId, service: 'notification' }
      if (causes.has(cause)) yield { name: 'duplicated_effect', detail: `told twice of ${cause}`, ...about }
      else if (!outcomes.has(cause)) yield { name: 'unexplained_difference', detail: `told of ${cause}, which did not happen`, ...about }
      causes.add(cause)
    }
    if (untold?.has(sagaId)) continue
    for (const outcome of outcomes)
      if (!causes.has(outcome)) yield { name: 'lost', detail: `the customer was not told of ${outcome}`, sagaId, service: 'notification' }
  }
}

function* outcomesOf({ sagaId, order, payment }: Saga): Iterable<string> {
  if (order?.status === 'confirmed' || order?.status === 'cancelled' || order?.status === 'failed') yield `order_${order.status}:${sagaId}`
  for (const { returnId, status } of order?.returns ?? []) {
    if (status === 'approved' || status === 'completed') yield `return_approved:${returnId}`
    if (status === 'rejected') yield `return_rejected:${returnId}`
  }
  for (const { refundId, status } of payment?.refunds ?? []) if (status === 'refunded') yield `payment_refunded:${refundId}`
}
