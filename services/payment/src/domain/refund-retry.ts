import { type Decision, type EmissionOf, type Facts, type Ignored, ignore, type PaymentRefundRequested } from '@murmuration/contracts'
import { type Captured, type Payment, waits } from './payment.ts'
import { checked, otherwise } from './record.ts'
import { again, request } from './refund.ts'

type Retrying = Decision<{ payment: Payment }, EmissionOf<typeof PaymentRefundRequested>, 'refund-retry', undefined>

/** How long the provider is left alone before it is asked again, in ms: with the first, four attempts in ten and a half minutes. */
export const REFUND_RETRIES_MS: readonly number[] = [30_000, 120_000, 480_000]

/** The time of some declined refund has come: each that is due is asked for again, under an id of its own. */
export function refundRetry(payment: Payment | undefined, { now, newId }: Facts): Retrying | Ignored {
  const known = checked(payment, {}, 'refund-retry')
  if (known.status !== 'success' && known.status !== 'refunded') return otherwise(known, 'refund-retry')
  const due = known.refunds.filter((refund) => waits(refund) && Date.parse(refund.retryAt ?? '') <= now.getTime())
  let after: Captured = known
  const events = due.map((refund) => {
    const requested = request(after, { ...again(refund, newId()), attempt: (refund.attempt ?? 1) + 1 }, now)
    after = requested.payment
    return requested.event
  })
  if (due.length > 0) return { rows: { payment: after }, events, ...rearm(after, now) }
  return known.refunds.some(waits) ? rearm(known, now) : ignore('late: no refund is to be tried again')
}

/** The one timer of a payment stands at the earliest of its declined refunds. */
export function rearm({ refunds }: Captured, now: Date): Pick<Retrying, 'arm'> {
  const times = refunds.filter(waits).map(({ retryAt }) => Date.parse(retryAt ?? ''))
  return times.length === 0 ? {} : { arm: [{ timer: 'refund-retry', inMs: Math.max(0, Math.min(...times) - now.getTime()) }] }
}
