import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  type PaymentRefundRequested,
  ReturnAlreadyRefunded,
  type ReturnApproved,
  RuleViolation,
} from '@murmuration/contracts'
import { type Payment, type Refund, refundable } from './payment.ts'
import { checked, otherwise } from './record.ts'
import { request } from './refund.ts'

type Returning = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundRequested | typeof ReturnAlreadyRefunded>, never, undefined>

/** What was paid for returned goods goes back, as far as it has not gone back before. @throws RuleViolation when it contradicts the payment */
export function returnApproved(
  payment: Payment | undefined,
  claim: DataOf<typeof ReturnApproved>,
  { now, newId }: Facts,
): Returning | Ignored {
  const { orderId, paymentId, userId, returnId, amount } = claim
  const known = checked(payment, { paymentId, userId }, 'ReturnApproved')
  if (known.status !== 'success' && known.status !== 'refunded') return otherwise(known, 'ReturnApproved')
  if (amount.currency !== known.currency || amount.amount > known.amount)
    throw new RuleViolation('forged_amount', 'the return is of more than was paid')
  if (known.refunds.some((refund) => refund.returnId === returnId)) return ignore('repeated: the return was refunded, or is about to be')
  const back = Math.min(amount.amount, refundable(known))
  const refund = { refundId: newId(), amount: back, cause: 'return', returnId } as const
  if (back > 0) {
    const requested = request(known, refund, now)
    return { rows: { payment: requested.payment }, events: [requested.event] }
  }
  const none: Refund = { ...refund, status: 'none', requestedAt: now.toISOString() }
  return {
    rows: { payment: { ...known, refunds: [...known.refunds, none], updatedAt: none.requestedAt } },
    events: [ReturnAlreadyRefunded({ orderId, paymentId, returnId, userId })],
  }
}
