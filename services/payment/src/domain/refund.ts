import {
  type ChannelRefundDeclined,
  type ChannelRefunded,
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  type Money,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentRefundRequested,
  RuleViolation,
} from '@murmuration/contracts'
import { type Captured, type Payment, type Refund, type RefundCause, refundable } from './payment.ts'
import { checked } from './record.ts'
import { type RefundView, refundView } from './view.ts'

export interface RefundWish {
  readonly orderId: string
  readonly refundId: string
  readonly userId: string
  /** An administrator may refund other users' payments. */
  readonly admin: boolean
  /** Default: all that is left. */
  readonly amount?: Money
}

type Requested = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundRequested>, never, RefundView>
type Refunding = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefunded>, never, undefined>
type Refusing = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundFailed | typeof PaymentRefundRequested>, never, undefined>

/** A refund that is now on its way: the payment with it, and the event. */
export function request(
  payment: Captured,
  { refundId, amount, cause }: { refundId: string; amount: number; cause: RefundCause },
  now: Date,
) {
  const requestedAt = now.toISOString()
  const refund: Refund = { refundId, amount, cause, status: 'pending', requestedAt }
  const { orderId, paymentId, userId, currency, method, providerReference } = payment
  return {
    refund,
    payment: { ...payment, refunds: [...payment.refunds, refund], updatedAt: requestedAt },
    event: PaymentRefundRequested({ orderId, paymentId, refundId, userId, amount: { amount, currency }, method, providerReference, cause }),
  }
}

/**
 * The customer wants money back. The same refund again gets the same answer.
 * @throws RuleViolation `payment_not_found` (also another user's), `refund_exists`, `payment_not_refundable`, `currency_mismatch`, `refund_exceeds_captured`
 */
export function requestRefund(payment: Payment | undefined, wish: RefundWish, now: Date): Requested {
  if (payment === undefined || payment.userId === null || (payment.userId !== wish.userId && !wish.admin))
    throw new RuleViolation('payment_not_found', 'there is no such payment', 404)
  const existing = payment.refunds.find(({ refundId }) => refundId === wish.refundId)
  if (existing !== undefined) {
    if (wish.amount !== undefined && (wish.amount.amount !== existing.amount || wish.amount.currency !== payment.currency))
      throw new RuleViolation('refund_exists', 'another refund has this id')
    return { reply: refundView(payment, existing) }
  }
  if (payment.status !== 'success') throw new RuleViolation('payment_not_refundable', `a ${payment.status} payment cannot be refunded`)
  if (wish.amount !== undefined && wish.amount.currency !== payment.currency)
    throw new RuleViolation('currency_mismatch', `the payment is in ${payment.currency}`, 422)
  const left = refundable(payment)
  const amount = wish.amount?.amount ?? left
  if (amount > left || amount <= 0)
    throw new RuleViolation('refund_exceeds_captured', `${left} minor units of ${payment.currency} can still be refunded`)
  const requested = request(payment, { refundId: wish.refundId, amount, cause: 'by_customer' }, now)
  return { rows: { payment: requested.payment }, events: [requested.event], reply: refundView(requested.payment, requested.refund) }
}

export function channelRefunded(payment: Payment | undefined, claim: DataOf<typeof ChannelRefunded>, { now }: Facts): Refunding | Ignored {
  const { payment: known, refund } = found(payment, claim, 'ChannelRefunded')
  if (refund.status === 'refunded') return ignore('repeated: the refund was made before')
  if (refund.status === 'failed') throw new RuleViolation('contradiction', 'the provider made a refund that it had declined')
  const refundedAt = now.toISOString()
  const refundedAmount = known.refundedAmount + refund.amount
  const full = refundedAmount === known.amount
  const status = full ? 'refunded' : known.status
  const { orderId, paymentId, userId, currency } = known
  const event = PaymentRefunded({
    orderId,
    paymentId,
    refundId: refund.refundId,
    userId,
    amount: { amount: refund.amount, currency },
    refundedTotal: { amount: refundedAmount, currency },
    full,
    refundedAt,
  })
  return { rows: { payment: { ...ended(known, refund, 'refunded', refundedAt), status, refundedAmount } }, events: [event] }
}

/** The refund is given up. If it stood in for the refund that a cancelled order is owed, that one is requested now. */
export function channelRefundDeclined(
  payment: Payment | undefined,
  claim: DataOf<typeof ChannelRefundDeclined>,
  { now, newId }: Facts,
): Refusing | Ignored {
  const { payment: known, refund } = found(payment, claim, 'ChannelRefundDeclined')
  if (refund.status === 'failed') return ignore('repeated: the refund was given up before')
  if (refund.status === 'refunded') throw new RuleViolation('contradiction', 'the provider declined a refund that it had made')
  const { orderId, paymentId, userId, currency } = known
  const { refundId, amount, cause } = refund
  const detail = `${claim.code}: ${claim.message}`.slice(0, 2000).toWellFormed()
  const event = PaymentRefundFailed({ orderId, paymentId, refundId, userId, amount: { amount, currency }, detail })
  const without = ended(known, refund, 'failed', now.toISOString(), detail)
  if (!known.orderCancelled || cause === 'order_cancelled') return { rows: { payment: without }, events: [event] }
  const owed = request(without, { refundId: newId(), amount, cause: 'order_cancelled' }, now)
  return { rows: { payment: owed.payment }, events: [event, owed.event] }
}

type Claim = { readonly paymentId: string; readonly refundId: string; readonly amount: Money; readonly providerReference?: string }

function found(payment: Payment | undefined, claim: Claim, fact: 'ChannelRefunded' | 'ChannelRefundDeclined') {
  const known = checked(payment, { paymentId: claim.paymentId }, fact)
  if (known.status !== 'success' && known.status !== 'refunded')
    throw new RuleViolation('contradiction', `${fact} is about a ${known.status} payment`)
  const refund = known.refunds.find(({ refundId }) => refundId === claim.refundId)
  if (refund === undefined) throw new RuleViolation('unknown_refund', 'no such refund was requested')
  if (claim.amount.amount !== refund.amount || claim.amount.currency !== known.currency)
    throw new RuleViolation('forged_amount', 'the event names another amount than the refund')
  if (claim.providerReference !== undefined && claim.providerReference !== known.providerReference)
    throw new RuleViolation('forged_reference', 'the event names another charge than the payment')
  return { payment: known, refund }
}

function ended(payment: Captured, refund: Refund, status: 'refunded' | 'failed', endedAt: string, detail?: string): Captured {
  const done: Refund = { ...refund, status, endedAt, ...(detail === undefined ? {} : { detail }) }
  return { ...payment, refunds: payment.refunds.map((each) => (each === refund ? done : each)), updatedAt: endedAt }
}
