import { type Decision, type EmissionOf, type Money, PaymentRefundRequested, RuleViolation } from '@murmuration/contracts'
import { type Captured, type Known, type Payment, type Refund, type RefundCause, refundable } from './payment.ts'
import { type RefundView, refundView } from './view.ts'

export interface RefundWish {
  readonly orderId: string
  readonly refundId: string
  readonly userId: string
  /** Only an administrator may refund: customers cancel, or ask for a return. */
  readonly admin: boolean
  /** Default: all that is left. */
  readonly amount?: Money
}

export interface RetryWish {
  readonly orderId: string
  /** The refund that the provider has declined for good. */
  readonly refundId: string
  /** The id of what tries it again. */
  readonly retryId: string
  /** The administrator. */
  readonly userId: string
}

interface Requested {
  readonly refundId: string
  readonly amount: number
  readonly cause: RefundCause
  readonly attempt?: number
  readonly retryOf?: string
  readonly returnId?: string
  readonly requestedBy?: string
}

type Requesting = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundRequested>, never, RefundView>

/** A refund that is now on its way: the payment with it, and the event. */
export function request<P extends Captured>(payment: P, { retryOf, attempt = 1, ...asked }: Requested, now: Date) {
  const requestedAt = now.toISOString()
  const refund: Refund = { ...asked, attempt, status: 'pending', requestedAt }
  const before = payment.refunds.map((each) => (each.refundId === retryOf ? { ...each, retriedBy: asked.refundId } : each))
  const { orderId, paymentId, userId, currency, method, providerReference } = payment
  const { amount, ...rest } = asked
  const retry = retryOf === undefined ? {} : { retryOf }
  return {
    refund,
    payment: { ...payment, refunds: [...before, refund], updatedAt: requestedAt },
    event: PaymentRefundRequested({
      orderId,
      paymentId,
      userId,
      amount: { amount, currency },
      method,
      providerReference,
      attempt,
      ...retry,
      ...rest,
    }),
  }
}

/** What tries a refund again, for the same reason and the same return. */
export const again = ({ refundId: retryOf, amount, cause, returnId }: Refund, refundId: string): Requested => ({
  refundId,
  amount,
  cause,
  retryOf,
  ...(returnId === undefined ? {} : { returnId }),
})

/**
 * An administrator gives money back. The same refund again gets the same answer.
 * @throws RuleViolation `payment_not_found` (also another user's), `return_required` (403, a customer's own), `refund_exists`,
 * `payment_not_refundable`, `currency_mismatch`, `refund_exceeds_captured`
 */
export function requestRefund(payment: Payment | undefined, wish: RefundWish, now: Date): Requesting {
  const known = ofUser(payment, wish)
  if (!wish.admin)
    throw new RuleViolation(
      'return_required',
      `an administrator refunds; cancel the order before it is confirmed, or ask for a return of it: POST /api/v1/orders/${wish.orderId}/returns`,
      403,
    )
  const existing = known.refunds.find(({ refundId }) => refundId === wish.refundId)
  if (existing !== undefined) {
    if (wish.amount !== undefined && (wish.amount.amount !== existing.amount || wish.amount.currency !== known.currency))
      throw new RuleViolation('refund_exists', 'another refund has this id')
    return { reply: refundView(known, existing) }
  }
  const success = refundableNow(known)
  if (wish.amount !== undefined && wish.amount.currency !== success.currency)
    throw new RuleViolation('currency_mismatch', `the payment is in ${success.currency}`, 422)
  const amount = atMost(success, wish.amount?.amount ?? refundable(success))
  return requesting(success, { refundId: wish.refundId, amount, cause: 'by_admin', requestedBy: wish.userId }, now)
}

/**
 * An administrator has what the provider declined for good tried again; the same request again gets the same answer.
 * @throws RuleViolation `payment_not_found`, `refund_not_found`, `refund_exists`, `refund_not_failed`, `payment_not_refundable`, `refund_exceeds_captured`
 */
export function retryRefund(payment: Payment | undefined, { refundId, retryId, userId }: RetryWish, now: Date): Requesting {
  const known = ofUser(payment, { userId, admin: true })
  const refund = known.refunds.find((each) => each.refundId === refundId)
  if (refund === undefined) throw new RuleViolation('refund_not_found', 'there is no such refund', 404)
  const existing = known.refunds.find((each) => each.refundId === retryId)
  if (existing !== undefined) {
    if (refund.retriedBy !== retryId) throw new RuleViolation('refund_exists', 'another refund has this id')
    return { reply: refundView(known, existing) }
  }
  if (refund.status !== 'failed') throw new RuleViolation('refund_not_failed', `the refund is ${refund.status}`)
  if (refund.retriedBy !== undefined) throw new RuleViolation('refund_not_failed', `it was tried again before, as ${refund.retriedBy}`)
  const success = refundableNow(known)
  atMost(success, refund.amount)
  return requesting(success, { ...again(refund, retryId), requestedBy: userId }, now)
}

function ofUser(payment: Payment | undefined, { userId, admin }: Pick<RefundWish, 'userId' | 'admin'>): Known {
  if (payment === undefined || payment.userId === null || (payment.userId !== userId && !admin))
    throw new RuleViolation('payment_not_found', 'there is no such payment', 404)
  return payment
}

function refundableNow(payment: Known): Captured {
  if (payment.status !== 'success') throw new RuleViolation('payment_not_refundable', `a ${payment.status} payment cannot be refunded`)
  return payment
}

function atMost(payment: Captured, amount: number): number {
  const left = refundable(payment)
  if (amount > left || amount <= 0)
    throw new RuleViolation('refund_exceeds_captured', `${left} minor units of ${payment.currency} can still be refunded`)
  return amount
}

function requesting(payment: Captured, asked: Requested, now: Date): Requesting {
  const requested = request(payment, asked, now)
  return { rows: { payment: requested.payment }, events: [requested.event], reply: refundView(requested.payment, requested.refund) }
}
