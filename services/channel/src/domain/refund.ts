import {
  ChannelRefundDeclined,
  ChannelRefunded,
  type Currency,
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  type Money,
  type PaymentMethod,
  type PaymentRefundRequested,
  RuleViolation,
} from '@murmuration/contracts'
import { add, compare, isZero, subtract } from '@murmuration/money'
import { type Capture, transitions as captureTransitions } from './capture.ts'
import { type Open, type Outcome, open, type Refused, refused, type Settled, settled, type Teller } from './settlement.ts'

interface Asked {
  readonly refundId: string
  readonly paymentId: string
  readonly orderId: string
  readonly amount: number
  readonly currency: Currency
  readonly chargeReference: string
  readonly requestedAt: string
}

/** A row of `refunds`. */
export type Refund =
  | (Asked & Open & { readonly status: 'pending' })
  | (Asked & Settled & { readonly status: 'refunded' })
  | (Asked & Refused & { readonly status: 'declined' })

/** What the provider is asked to do. */
export type RefundRequest = Pick<Asked, 'refundId' | 'paymentId' | 'orderId' | 'amount' | 'currency' | 'chargeReference'> & {
  readonly method: PaymentMethod
}

/** The machine: what each fact comes to, by what is known of the refund. */
export const transitions = {
  refunded: { unknown: 'contradicts', pending: 'refund', refunded: 'repeated', declined: 'contradicts' },
  declined: { unknown: 'contradicts', pending: 'decline', refunded: 'contradicts', declined: 'repeated' },
} as const satisfies Record<string, Record<'unknown' | Refund['status'], string>>

type Rows = { refund: Refund; capture?: Capture }
type Intent = Decision<Rows, never, never, undefined> & { readonly request: RefundRequest }
type Settling = Decision<Rows, EmissionOf<typeof ChannelRefunded | typeof ChannelRefundDeclined>, never, undefined>
interface Known {
  readonly refund: Refund | undefined
  readonly capture: Capture | undefined
}

/** A captured payment is to be paid back, wholly or in part. @throws RuleViolation `forged_refund`, `contradiction`, `refund_exceeds_captured` */
export function intendRefund({ refund, capture }: Known, wanted: DataOf<typeof PaymentRefundRequested>, { now }: Facts): Intent | Ignored {
  const { refundId, paymentId, orderId, providerReference, method } = wanted
  const asked = { refundId, paymentId, orderId, ...wanted.amount, chargeReference: providerReference }
  if (refund !== undefined) {
    const differing = Object.entries(asked).filter(([field, value]) => refund[field as keyof typeof asked] !== value)
    if (differing.length === 0) return ignore(`repeated: the refund is ${refund.status}`)
    throw new RuleViolation('forged_refund', `the refund that was asked for has another ${differing.map(([field]) => field).join(', ')}`)
  }
  const status = capture?.status ?? 'unknown'
  if (capture === undefined || captureTransitions.PaymentRefundRequested[status] !== 'refund')
    throw new RuleViolation('contradiction', `a refund of a capture that is ${status}`)
  const own = {
    orderId: capture.orderId,
    userId: capture.userId,
    currency: capture.currency,
    method: capture.method,
    reference: capture.reference,
  }
  const told = { orderId, userId: wanted.userId, currency: asked.currency, method, reference: providerReference }
  const forged = Object.entries(told).filter(([field, value]) => own[field as keyof typeof own] !== value)
  if (forged.length > 0) throw new RuleViolation('forged_refund', `the capture has another ${forged.map(([field]) => field).join(', ')}`)
  const left = subtract(moneyOf(capture, capture.amount), moneyOf(capture, capture.refunded))
  if (isZero(wanted.amount) || compare(wanted.amount, left) > 0)
    throw new RuleViolation('refund_exceeds_captured', `${left.amount} minor units are left of what was captured`)
  return {
    rows: {
      refund: { ...asked, ...open, status: 'pending', requestedAt: now.toISOString() },
      capture: { ...capture, refunded: add(moneyOf(capture, capture.refunded), wanted.amount).amount },
    },
    request: { ...asked, method },
  }
}

/** The provider has said what became of it. @throws RuleViolation `contradiction` when something else is known already */
export function settleRefund({ refund, capture }: Known, outcome: Outcome, by: Teller): Settling | Ignored {
  const fact = outcome.outcome === 'done' ? 'refunded' : 'declined'
  if (refund === undefined || capture === undefined) throw new RuleViolation('contradiction', 'the provider was not asked for this refund')
  const move = transitions[fact][refund.status]
  if (move === 'contradicts') throw new RuleViolation('contradiction', `the provider says ${fact} of a refund that is ${refund.status}`)
  const { refundId, paymentId, orderId, currency, chargeReference } = refund
  const amount = { amount: refund.amount, currency }
  if (move === 'repeated') {
    if (outcome.outcome === 'done' && outcome.reference !== refund.reference)
      throw new RuleViolation('contradiction', `the provider names refund ${outcome.reference}, and named ${refund.reference} before`)
    return ignore(`repeated: the ${refund.settledBy} told it before`)
  }
  if (outcome.outcome === 'done') {
    const refundReference = outcome.reference
    const event = ChannelRefunded({ orderId, paymentId, refundId, amount, providerReference: chargeReference, refundReference })
    return { rows: { refund: { ...refund, ...settled(outcome, by), status: 'refunded' } }, events: [event] }
  }
  const { code, message } = outcome
  const event = ChannelRefundDeclined({ orderId, paymentId, refundId, amount, code, message })
  const declined: Refund = { ...refund, ...refused(outcome, by), status: 'declined' }
  // What was not paid back may be asked for again.
  const refunded = subtract(moneyOf(capture, capture.refunded), amount).amount
  return { rows: { refund: declined, capture: { ...capture, refunded } }, events: [event] }
}

const moneyOf = ({ currency }: Capture, amount: number): Money => ({ amount, currency })
