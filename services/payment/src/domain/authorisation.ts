import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Ignored,
  PaymentAuthorized,
  type PaymentFailed,
  type PaymentRiskCleared,
  type PaymentRiskRejected,
} from '@murmuration/contracts'
import { amountOf, type FailureReason, type Payment, type Pending, type Processing } from './payment.ts'
import { checked, failed, failedEvent, otherwise } from './record.ts'

/** Minor units, 100.00 in each of our currencies: up to here a silent risk service holds no payment up; a wrong yes costs less than a lost sale. */
export const LOW_AMOUNT = 10_000
/** What is left of the payment's 5 s when the risk's second is over. */
export const PAYMENT_DEADLINE_MS = 4_000

type Timer = 'risk-deadline' | 'payment-deadline'
type Authorised = Decision<{ payment: Payment }, EmissionOf<typeof PaymentAuthorized>, Timer, undefined>
type Failing = Decision<{ payment: Payment }, EmissionOf<typeof PaymentFailed>, Timer, undefined>

const timers = ['risk-deadline', 'payment-deadline'] as const

export function riskCleared(payment: Payment | undefined, claim: DataOf<typeof PaymentRiskCleared>, now: Date): Authorised | Ignored {
  const known = checked(payment, claimOf(claim), 'PaymentRiskCleared')
  if (known.waitsFor !== 'risk') return otherwise(known, 'PaymentRiskCleared')
  return { ...authorise(known, false, now), disarm: timers }
}

export function riskRejected(payment: Payment | undefined, claim: DataOf<typeof PaymentRiskRejected>, now: Date): Failing | Ignored {
  const known = checked(payment, claimOf(claim), 'PaymentRiskRejected')
  if (known.waitsFor !== 'risk') return otherwise(known, 'PaymentRiskRejected')
  return { ...fail(known, 'risk_rejected', now, claim.reasons.join(', ')), disarm: timers }
}

/** The risk service was silent for its second: low amounts go on without it, higher ones wait a little longer. */
export function riskDeadline(payment: Payment | undefined, now: Date): Authorised | Ignored {
  const known = checked(payment, {}, 'risk-deadline')
  if (known.waitsFor !== 'risk') return otherwise(known, 'risk-deadline')
  if (known.amount <= LOW_AMOUNT) return authorise(known, true, now)
  return { arm: [{ timer: 'payment-deadline', inMs: PAYMENT_DEADLINE_MS }] }
}

export function paymentDeadline(payment: Payment | undefined, now: Date): Failing | Ignored {
  const known = checked(payment, {}, 'payment-deadline')
  if (known.waitsFor !== 'risk') return otherwise(known, 'payment-deadline')
  return fail(known, 'risk_timeout', now)
}

const claimOf = ({ paymentId, userId }: { paymentId: string; userId: string }) => ({ paymentId, userId })

function authorise(payment: Pending, degraded: boolean, now: Date) {
  const { orderId, paymentId, userId, method, source } = payment
  const processing: Processing = { ...payment, status: 'processing', waitsFor: 'channel', updatedAt: now.toISOString() }
  return {
    rows: { payment: processing },
    events: [PaymentAuthorized({ orderId, paymentId, userId, amount: amountOf(payment), method, source, degraded })],
  }
}

function fail(payment: Pending, reason: FailureReason, now: Date, detail?: string) {
  const ended = failed(payment, reason, now, detail)
  return { rows: { payment: ended }, events: [failedEvent(ended)] }
}
