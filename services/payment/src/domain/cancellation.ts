import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  type NotYet,
  notYet,
  type OrderCancelled,
  type PaymentFailed,
  type PaymentRefundRequested,
  RuleViolation,
} from '@murmuration/contracts'
import { type Payment, refundable } from './payment.ts'
import { checked, failed, failedEvent, otherwise } from './record.ts'
import { request } from './refund.ts'

type Undoing = Decision<
  { payment: Payment },
  EmissionOf<typeof PaymentFailed | typeof PaymentRefundRequested>,
  'risk-deadline' | 'payment-deadline',
  undefined
>

/** What an order's end says of the payment; one that an operator gave up (OrderFailed) says less. */
type OrderEnded = Pick<DataOf<typeof OrderCancelled>, 'userId'> & Partial<Pick<DataOf<typeof OrderCancelled>, 'total' | 'reason'>>

/** The order is cancelled or given up: what has not begun ends, what is in flight is remembered, what was captured is refunded, once. */
export function orderCancelled(payment: Payment | undefined, order: OrderEnded, facts: Facts): Undoing | Ignored | NotYet {
  if (payment === undefined || payment.waitsFor === 'order') return notYet('the order is not known here')
  const known = checked(payment, { userId: order.userId, ...(order.total === undefined ? {} : { amount: order.total }) }, 'OrderCancelled')
  if (order.reason === 'payment_failed' && known.status !== 'failed')
    throw new RuleViolation('contradiction', 'the order was cancelled for a failed payment, which has not failed')
  const cancelled = { orderCancelled: true, updatedAt: facts.now.toISOString() }
  switch (known.status) {
    case 'pending': {
      const ended = { ...failed(known, 'order_cancelled', facts.now), orderCancelled: true }
      return { rows: { payment: ended }, events: [failedEvent(ended)], disarm: ['risk-deadline', 'payment-deadline'] }
    }
    case 'processing':
      return known.orderCancelled ? ignore('repeated: the cancel is remembered') : { rows: { payment: { ...known, ...cancelled } } }
    case 'success': {
      if (known.orderCancelled) return ignore('repeated: the refund was requested')
      const left = refundable(known)
      // Refunds that are under way cover it all; should one be declined, the rest is requested then.
      if (left === 0) return { rows: { payment: { ...known, ...cancelled } } }
      const refund = request(
        { ...known, orderCancelled: true },
        { refundId: facts.newId(), amount: left, cause: 'order_cancelled' },
        facts.now,
      )
      return { rows: { payment: refund.payment }, events: [refund.event] }
    }
    case 'refunded':
    case 'failed':
      return otherwise(known, 'OrderCancelled')
  }
}
