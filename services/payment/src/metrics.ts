import type { Handled } from '@murmuration/choreography'
import type { Money, PaymentMethod } from '@murmuration/contracts'
import { counter, gauge, histogram } from '@murmuration/telemetry'
import type { Payments } from './store/payments.ts'

const requests = counter('payment.requests.total', { description: 'Payments by status that they came into, and method' })
const processed = counter('payment.process.count', { description: 'Payments that ended, by outcome', unit: '{payment}' })
const authorised = counter('payment.authorised.count', {
  description: 'Payments sent to the channel; degraded: without the risk’s answer',
  unit: '{payment}',
})
const refunds = counter('payment.refund.count', { description: 'Refunds, by outcome', unit: '{refund}' })
const errors = counter('payment.errors.total', { description: 'Payments that failed and messages that were parked, by reason' })
const amounts = histogram('payment.amount', {
  description: 'Captured amounts in whole units of their currency',
  unit: '1',
  buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
})
const duration = histogram('payment.duration', { description: 'From the first sight of a payment to its end, in seconds' })

/** What the events of payments have that is counted. */
interface Told {
  readonly paymentId: string
  readonly amount: Money
  readonly method?: PaymentMethod
  readonly degraded?: boolean
  readonly reason?: string
}

type Seen = Pick<Handled, 'name' | 'outcome' | 'reason' | 'emitted' | 'input'>

/** The runtime's hook. Call it once: it also exposes the success rate since the start of the process. */
export function paymentMetrics(): (handled: Seen) => void {
  let succeeded = 0
  let ended = 0
  gauge('payment.success_rate', () => (ended === 0 ? [] : [{ value: succeeded / ended }]), {
    description: 'Share of ended payments that succeeded',
    unit: '1',
  })

  const end = (outcome: 'success' | 'failed', { paymentId }: Told) => {
    ended++
    if (outcome === 'success') succeeded++
    processed.add(1, { outcome })
    const seconds = secondsSince(paymentId)
    if (seconds !== undefined) duration.record(seconds, { outcome })
  }
  return ({ outcome, reason, emitted, input }) => {
    if (outcome === 'parked') errors.add(1, { reason: reason ?? 'unknown' })
    for (const { type, data } of emitted) {
      const told = data as Told
      const method = told.method ?? methodIn(input)
      switch (type) {
        case 'PaymentInitiated':
          requests.add(1, { status: 'pending', method })
          break
        case 'PaymentAuthorized':
          requests.add(1, { status: 'processing', method })
          authorised.add(1, { degraded: told.degraded === true })
          break
        case 'PaymentCaptured':
          requests.add(1, { status: 'success', method })
          amounts.record(told.amount.amount / 100, { currency: told.amount.currency })
          end('success', told)
          break
        case 'PaymentFailed':
          requests.add(1, { status: 'failed', method })
          errors.add(1, { reason: told.reason ?? 'unknown' })
          end('failed', told)
          break
        case 'PaymentRefundRequested':
          refunds.add(1, { outcome: 'requested' })
          break
        case 'PaymentRefunded':
          refunds.add(1, { outcome: 'refunded' })
          break
        case 'PaymentRefundFailed':
          refunds.add(1, { outcome: 'failed' })
          break
      }
    }
  }
}

const scrapeMs = 5000
/** More than a person can look at in a day. */
const MOST_FAILED = 1000

/** Refunds that need a person, counted at most every 5 s, however often it is scraped. */
export function exposeFailedRefunds(payments: Pick<Payments, 'failedRefunds'>): void {
  let last: Promise<number> | undefined
  let until = 0
  const read = async () => {
    if (last === undefined || until < Date.now()) {
      last = payments.failedRefunds(MOST_FAILED).then(({ length }) => length)
      until = Date.now() + scrapeMs
    }
    return [{ value: await last }]
  }
  gauge('payment.refund.failed', read, {
    description: 'Refunds that the provider declined for good: a person has to look',
    unit: '{refund}',
  })
}

/** The channel's events say the method where ours do not. */
function methodIn(input: unknown): string {
  const { data } = input as { data?: { method?: string } }
  return data?.method ?? 'unknown'
}

/** A payment's id is made at its first sight: a UUID v7 begins with that time, in ms. */
export function secondsSince(id: string, now = Date.now()): number | undefined {
  const seconds = (now - Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)) / 1000
  return seconds >= 0 ? seconds : undefined
}
