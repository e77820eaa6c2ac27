import { type Ignored, ignore, type Money, PaymentFailed, RuleViolation } from '@murmuration/contracts'
import {
  type Failed,
  type FailureReason,
  type Known,
  type Payment,
  type Pending,
  type Processing,
  phaseOf,
  transitions,
} from './payment.ts'

/** What others may say about a payment; each part that is there must be what the own record says. */
interface Claim {
  readonly paymentId?: string
  readonly userId?: string
  readonly amount?: Money
  readonly method?: string
}

/** The payment that an event is about. Who forges one is parked and seen; no money moves. */
export function checked(payment: Payment | undefined, claim: Claim, fact: keyof typeof transitions): Known {
  if (payment === undefined) throw new RuleViolation('unknown_payment', `there is no payment that ${fact} could be about`)
  if (payment.userId === null) throw new RuleViolation('contradiction', `${fact} contradicts that the order is not known yet`)
  if (claim.paymentId !== undefined && claim.paymentId !== payment.paymentId)
    throw new RuleViolation('forged_payment', 'the event names another payment than the order has')
  if (claim.userId !== undefined && claim.userId !== payment.userId)
    throw new RuleViolation('forged_user', 'the event names another user than the payment')
  if (claim.amount !== undefined && (claim.amount.amount !== payment.amount || claim.amount.currency !== payment.currency))
    throw new RuleViolation('forged_amount', 'the event names another amount than the payment')
  if (claim.method !== undefined && claim.method !== payment.method)
    throw new RuleViolation('forged_method', 'the event names another method than the payment')
  return payment
}

/** What a fact comes to where it does not act: ignored with a reason, or parked because it contradicts what is known. */
export function otherwise(payment: Payment, fact: keyof typeof transitions): Ignored {
  const move = transitions[fact][phaseOf(payment)]
  switch (move) {
    case 'late':
    case 'repeated':
      return ignore(`${move}: the payment is ${phaseName(payment)}`)
    case 'contradicts':
      throw new RuleViolation('contradiction', `${fact} contradicts that the payment is ${phaseName(payment)}`)
    default:
      throw new Error(`${fact} has to ${move} a payment that is ${phaseName(payment)}`)
  }
}

function phaseName(payment: Payment): string {
  const phase = phaseOf(payment)
  return payment.status === 'pending' ? `pending (waits for ${phase})` : payment.reason === null ? phase : `${phase} (${payment.reason})`
}

/** A payment that ends without money having moved. */
export function failed(payment: Pending | Processing, reason: FailureReason, now: Date, detail: string | null = null): Failed {
  // As long as the schema allows, and never ending in half a character.
  const short = detail?.slice(0, 2000).toWellFormed() ?? null
  return { ...payment, status: 'failed', waitsFor: null, reason, detail: short, updatedAt: now.toISOString() }
}

export const failedEvent = ({ orderId, paymentId, userId, amount, currency, reason, detail }: Failed) =>
  PaymentFailed({ orderId, paymentId, userId, amount: { amount, currency }, reason, ...(detail === null ? {} : { detail }) })
