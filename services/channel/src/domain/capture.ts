import {
  assertNever,
  ChannelCaptured,
  ChannelDeclined,
  type Currency,
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  type PaymentAuthorized,
  type PaymentInitiated,
  type PaymentMethod,
  RuleViolation,
} from '@murmuration/contracts'
import { type Open, type Outcome, open, type Refused, refused, type Settled, settled, type Teller } from './settlement.ts'

/** What the payment is: no later event may say otherwise. */
interface Terms {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly amount: number
  readonly currency: Currency
  readonly method: PaymentMethod
}
interface Base extends Terms {
  /** Minor units of refunds that are made or on their way. */
  readonly refunded: number
}
interface Asked extends Base {
  readonly requestedAt: string
}

/** A row of `captures`, one per payment over a provider. `initiated`: known, but the provider was not asked yet, and may never be. */
export type Capture =
  | (Base & Open & { readonly status: 'initiated'; readonly requestedAt: null })
  | (Asked & Open & { readonly status: 'pending' })
  | (Asked & Settled & { readonly status: 'captured' })
  | (Asked & Refused & { readonly status: 'declined' })

/** What the provider is asked to do. */
export type CaptureRequest = Omit<Terms, 'userId'>

type Fact = 'PaymentInitiated' | 'PaymentAuthorized' | 'charged' | 'declined' | 'PaymentRefundRequested'
type Move = 'record' | 'intend' | 'capture' | 'decline' | 'refund' | 'repeated' | 'contradicts'

/** Once the provider was asked. */
const asked = <const M extends Move>(move: M) => ({ pending: move, captured: move, declined: move })

/** The machine: what each fact comes to, by what is known of the capture. */
export const transitions = {
  PaymentInitiated: { unknown: 'record', initiated: 'repeated', ...asked('repeated') },
  PaymentAuthorized: { unknown: 'contradicts', initiated: 'intend', ...asked('repeated') },
  charged: { unknown: 'contradicts', initiated: 'contradicts', pending: 'capture', captured: 'repeated', declined: 'contradicts' },
  declined: { unknown: 'contradicts', initiated: 'contradicts', pending: 'decline', captured: 'contradicts', declined: 'repeated' },
  PaymentRefundRequested: { unknown: 'contradicts', initiated: 'contradicts', ...asked('contradicts'), captured: 'refund' },
} as const satisfies Record<Fact, Record<'unknown' | Capture['status'], Move>>

type Recording = Decision<{ capture: Capture }, never, never, undefined>
type Intent = Recording & { readonly request: CaptureRequest }
type Settling = Decision<{ capture: Capture }, EmissionOf<typeof ChannelCaptured | typeof ChannelDeclined>, never, undefined>

/** A payment begins: from here on its terms are known, so that nobody can have another one charged. @throws RuleViolation `forged_payment` */
export function initiate(capture: Capture | undefined, payment: DataOf<typeof PaymentInitiated>): Recording | Ignored {
  if (capture === undefined && payment.source === 'wallet') return ofAccount
  if (capture === undefined)
    return { rows: { capture: { ...termsOf(payment), ...open, status: 'initiated', refunded: 0, requestedAt: null } } }
  checkTerms(capture, payment)
  return ignore(`repeated: the capture is ${capture.status}`)
}

/**
 * An authorised payment is to be charged, once.
 * @throws RuleViolation `unknown_payment` when it was never initiated, `forged_payment` when it differs from what was
 */
export function intend(capture: Capture | undefined, payment: DataOf<typeof PaymentAuthorized>, { now }: Facts): Intent | Ignored {
  if (capture === undefined && payment.source === 'wallet') return ofAccount
  // Same topic and key as PaymentInitiated, which therefore comes first: not early, but of nobody.
  if (capture === undefined) throw new RuleViolation('unknown_payment', 'a payment is authorised that was never initiated')
  checkTerms(capture, payment)
  const move = transitions.PaymentAuthorized[capture.status]
  if (move === 'repeated') return ignore(`repeated: the capture is ${capture.status}`)
  const { userId: _, ...request } = termsOf(payment)
  return { rows: { capture: { ...capture, ...open, status: 'pending', requestedAt: now.toISOString() } }, request }
}

const ofAccount = ignore('the account pays, not a provider')

const termsOf = ({ paymentId, orderId, userId, amount, method }: DataOf<typeof PaymentInitiated | typeof PaymentAuthorized>): Terms => ({
  paymentId,
  orderId,
  userId,
  ...amount,
  method,
})

function checkTerms(capture: Capture, payment: DataOf<typeof PaymentInitiated | typeof PaymentAuthorized>): void {
  // Only what a provider pays is ever recorded.
  const own = { ...capture, source: 'channel' }
  const told = { ...termsOf(payment), source: payment.source }
  const differing = Object.entries(told).filter(([field, value]) => own[field as keyof typeof told] !== value)
  if (differing.length > 0)
    throw new RuleViolation('forged_payment', `the payment that was initiated has another ${differing.map(([field]) => field).join(', ')}`)
}

/** The provider has said what became of it. @throws RuleViolation `contradiction` when something else is known already */
export function settle(capture: Capture | undefined, outcome: Outcome, by: Teller): Settling | Ignored {
  const fact = outcome.outcome === 'done' ? 'charged' : 'declined'
  if (capture === undefined || capture.status === 'initiated')
    throw new RuleViolation('contradiction', 'nothing was asked of the provider for this payment')
  const move = transitions[fact][capture.status]
  const { orderId, paymentId, method } = capture
  const amount = { amount: capture.amount, currency: capture.currency }
  switch (move) {
    case 'capture': {
      if (outcome.outcome !== 'done') break
      const event = ChannelCaptured({ orderId, paymentId, amount, method, providerReference: outcome.reference, capturedAt: outcome.at })
      return { rows: { capture: { ...capture, ...settled(outcome, by), status: 'captured' } }, events: [event] }
    }
    case 'decline': {
      if (outcome.outcome !== 'declined') break
      const { code, message } = outcome
      const event = ChannelDeclined({ orderId, paymentId, amount, method, code, message })
      return { rows: { capture: { ...capture, ...refused(outcome, by), status: 'declined' } }, events: [event] }
    }
    case 'repeated':
      if (outcome.outcome === 'done' && outcome.reference !== capture.reference)
        throw new RuleViolation('contradiction', `the provider names charge ${outcome.reference}, and named ${capture.reference} before`)
      return ignore(`repeated: the ${capture.settledBy} told it before`)
    case 'contradicts':
      throw new RuleViolation('contradiction', `the provider says ${fact} of a capture that is ${capture.status}`)
    default:
      return assertNever(move)
  }
  throw new Error(`${fact} has to ${move} a capture`)
}
