import {
  type Currency,
  type DataOf,
  type Decision,
  type EmissionOf,
  type Ignored,
  ignore,
  type PaymentInitiated,
  PaymentRiskCleared,
  PaymentRiskRejected,
  RuleViolation,
} from '@murmuration/contracts'
import type { Verdict } from './evaluation.ts'
import type { Profile } from './profile.ts'

/** A row of `assessments`: what was decided about a payment, for good. */
export interface Assessment extends Verdict {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly amount: number
  readonly currency: Currency
  readonly decidedAt: string
}

type Assessed = Decision<
  { assessment: Assessment; profile: Profile },
  EmissionOf<typeof PaymentRiskCleared | typeof PaymentRiskRejected>,
  never,
  undefined
>

/**
 * A payment is judged once: undefined when it was not judged before.
 * @throws RuleViolation `forged_payment` when the event differs from the payment that was judged
 */
export function judgedBefore(
  known: Assessment | undefined,
  { orderId, userId, amount }: DataOf<typeof PaymentInitiated>,
): Ignored | undefined {
  if (known === undefined) return undefined
  const same = known.orderId === orderId && known.userId === userId && known.amount === amount.amount && known.currency === amount.currency
  if (!same) throw new RuleViolation('forged_payment', 'the event differs from the payment that was judged')
  return ignore(`repeated: the payment was judged ${known.level}`)
}

/** High blocks, all else may go on. */
export function conclude(payment: DataOf<typeof PaymentInitiated>, verdict: Verdict, profile: Profile, now: Date): Assessed {
  const { paymentId, orderId, userId, amount } = payment
  const assessment = { paymentId, orderId, userId, ...amount, ...verdict, decidedAt: now.toISOString() }
  const told = { orderId, paymentId, userId, ...verdict }
  return { rows: { assessment, profile }, events: [verdict.level === 'high' ? PaymentRiskRejected(told) : PaymentRiskCleared(told)] }
}
