import {
  type ChannelCaptured,
  type ChannelDeclined,
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  PaymentCaptured,
  type PaymentFailed,
  type PaymentRefundRequested,
  RuleViolation,
} from '@murmuration/contracts'
import { amountOf, type Captured, type Payment } from './payment.ts'
import { checked, failed, failedEvent, otherwise } from './record.ts'
import { request } from './refund.ts'

type Capturing = Decision<{ payment: Payment }, EmissionOf<typeof PaymentCaptured | typeof PaymentRefundRequested>, never, undefined>
type Declining = Decision<{ payment: Payment }, EmissionOf<typeof PaymentFailed>, never, undefined>

/** The provider has taken the money. If the order was cancelled meanwhile, it goes back at once. */
export function channelCaptured(
  payment: Payment | undefined,
  claim: DataOf<typeof ChannelCaptured>,
  { now, newId }: Facts,
): Capturing | Ignored {
  const { paymentId, amount, method, providerReference, capturedAt } = claim
  const known = checked(payment, { paymentId, amount, method }, 'ChannelCaptured')
  if (known.waitsFor !== 'channel') {
    if (known.providerReference !== null && known.providerReference !== providerReference)
      throw new RuleViolation('charged_twice', 'the payment was captured before under another provider reference')
    return otherwise(known, 'ChannelCaptured')
  }
  const captured: Captured = { ...known, status: 'success', waitsFor: null, providerReference, capturedAt, updatedAt: now.toISOString() }
  const { orderId, userId } = known
  const event = PaymentCaptured({ orderId, paymentId, userId, amount: amountOf(known), providerReference, capturedAt })
  if (!captured.orderCancelled || captured.amount === 0) return { rows: { payment: captured }, events: [event] }
  const refund = request(captured, { refundId: newId(), amount: captured.amount, cause: 'order_cancelled' }, now)
  return { rows: { payment: refund.payment }, events: [event, refund.event] }
}

export function channelDeclined(payment: Payment | undefined, claim: DataOf<typeof ChannelDeclined>, { now }: Facts): Declining | Ignored {
  const { paymentId, amount, method, code, message } = claim
  const known = checked(payment, { paymentId, amount, method }, 'ChannelDeclined')
  if (known.waitsFor !== 'channel') {
    if (known.reason !== null && known.reason !== 'declined')
      throw new RuleViolation('contradiction', 'a payment that never was authorised was declined')
    return otherwise(known, 'ChannelDeclined')
  }
  const ended = failed(known, 'declined', now, `${code}: ${message}`)
  return { rows: { payment: ended }, events: [failedEvent(ended)] }
}
