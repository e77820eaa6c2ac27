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
  RuleViolation,
} from '@murmuration/contracts'
import type { Captured, Payment, Refund } from './payment.ts'
import { checked } from './record.ts'
import { rearm } from './refund-retry.ts'

type Refunding = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefunded>, never, undefined>
type Refusing = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundFailed>, 'refund-retry', undefined>

export function channelRefunded(payment: Payment | undefined, claim: DataOf<typeof ChannelRefunded>, { now }: Facts): Refunding | Ignored {
  const { payment: known, refund } = found(payment, claim, 'ChannelRefunded')
  if (refund.status === 'refunded') return ignore('repeated: the refund was made before')
  if (refund.status !== 'pending') throw new RuleViolation('contradiction', 'the provider made a refund that it had declined')
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
  return { rows: { payment: { ...ended(known, refund, { status: 'refunded' }, refundedAt), status, refundedAmount } }, events: [event] }
}

/**
 * The provider said no: it is asked again after the next of the delays, and when all are used up a person has to look.
 * @param delaysMs how long to wait before the second, third … attempt
 */
export function channelRefundDeclined(
  payment: Payment | undefined,
  claim: DataOf<typeof ChannelRefundDeclined>,
  { now }: Facts,
  delaysMs: readonly number[],
): Refusing | Ignored {
  const { payment: known, refund } = found(payment, claim, 'ChannelRefundDeclined')
  if (refund.status === 'refunded') throw new RuleViolation('contradiction', 'the provider declined a refund that it had made')
  if (refund.status !== 'pending') return ignore(`repeated: the refund is ${refund.status}`)
  const at = now.toISOString()
  const detail = `${claim.code}: ${claim.message}`.slice(0, 2000).toWellFormed()
  const delayMs = delaysMs[(refund.attempt ?? 1) - 1]
  if (delayMs !== undefined) {
    const retryAt = new Date(now.getTime() + delayMs).toISOString()
    const waiting = ended(known, refund, { status: 'declined', detail, retryAt }, at)
    return { rows: { payment: waiting }, ...rearm(waiting, now) }
  }
  const { orderId, paymentId, userId, currency } = known
  const { refundId, amount } = refund
  const event = PaymentRefundFailed({ orderId, paymentId, refundId, userId, amount: { amount, currency }, detail })
  return { rows: { payment: ended(known, refund, { status: 'failed', detail }, at) }, events: [event] }
}

type Claim = { readonly paymentId: string; readonly refundId: string; readonly amount: Money; readonly providerReference?: string }

function found(payment: Payment | undefined, claim: Claim, fact: 'ChannelRefunded' | 'ChannelRefundDeclined') {
  const known = checked(payment, { paymentId: claim.paymentId }, fact)
  if (known.status !== 'success' && known.status !== 'refunded')
    throw new RuleViolation('contradiction', `${fact} is about a ${known.status} payment`)
  const refund = known.refunds.find(({ refundId, status }) => refundId === claim.refundId && status !== 'none')
  if (refund === undefined) throw new RuleViolation('unknown_refund', 'no such refund was requested')
  if (claim.amount.amount !== refund.amount || claim.amount.currency !== known.currency)
    throw new RuleViolation('forged_amount', 'the event names another amount than the refund')
  if (claim.providerReference !== undefined && claim.providerReference !== known.providerReference)
    throw new RuleViolation('forged_reference', 'the event names another charge than the payment')
  return { payment: known, refund }
}

function ended(payment: Captured, refund: Refund, end: Pick<Refund, 'status' | 'detail' | 'retryAt'>, endedAt: string): Captured {
  const done: Refund = { ...refund, ...end, endedAt }
  return { ...payment, refunds: payment.refunds.map((each) => (each === refund ? done : each)), updatedAt: endedAt }
}
