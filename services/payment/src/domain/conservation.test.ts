import { RuleViolation } from '@murmuration/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { admin, euros, facts, orderId, placed, RETRIES_MS, said } from '../../test/examples.ts'
import type { Decided } from '../../test/given.ts'
import { paymentDeadline, riskCleared, riskDeadline, riskRejected } from './authorisation.ts'
import { orderCancelled } from './cancellation.ts'
import { orderPlaced, stockReserved } from './initiation.ts'
import { type Payment, pendingRefunds } from './payment.ts'
import { requestRefund, retryRefund } from './refund.ts'
import { channelRefundDeclined, channelRefunded } from './refund-outcome.ts'
import { refundRetry } from './refund-retry.ts'
import { returnApproved } from './return.ts'
import { channelCaptured, channelDeclined } from './settlement.ts'

const refundIds = [1, 2, 3].map((n) => `019a9d3e-7a82-7e3a-9c4f-00000000000${n}`)
const amount = 100

/** What may happen, in any order and any number of times; the provider answers each refund that was asked for either way. */
const step = fc.oneof(
  fc
    .constantFrom('placed', 'reserved', 'cleared', 'rejected', 'riskDeadline', 'paymentDeadline', 'captured', 'declined', 'cancelled')
    .map((what) => ({ what })),
  fc.record({ what: fc.constant('ask'), id: fc.constantFrom(...refundIds), amount: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ what: fc.constant('returned'), id: fc.constantFrom(...refundIds), amount: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ what: fc.constantFrom('refunded', 'refundDeclined', 'refundDeclined', 'retry'), nth: fc.nat({ max: 5 }) }),
  fc.constant({ what: 'refundRetry' }),
)
// Chance alone hardly ever gets a payment captured, so that there is something to refund: the way there is given, as far as it goes.
const happy: Step[] = ['placed', 'reserved', 'cleared', 'captured'].map((what) => ({ what }))
const story = fc
  .tuple(fc.constantFrom(0, 2, 3, 4, 4, 4), fc.array(step, { maxLength: 30 }))
  .map(([length, rest]): Step[] => [...happy.slice(0, length), ...rest])

type Step = { what: string; id?: string; amount?: number; nth?: number }

function decide(
  payment: Payment | undefined,
  { what, id = '', amount: back = 0, nth = 0 }: Step,
  known: ReturnType<typeof facts>,
): Decided {
  const theirs = said(payment?.paymentId ?? orderId, euros(amount))
  const refund = payment?.refunds.at(nth % Math.max(1, payment.refunds.length))
  switch (what) {
    case 'placed':
      return orderPlaced(payment, placed(amount), known)
    case 'reserved':
      return stockReserved(payment, orderId, known)
    case 'cleared':
      return riskCleared(payment, theirs.cleared, known.now)
    case 'rejected':
      return riskRejected(payment, theirs.rejected, known.now)
    case 'riskDeadline':
      return riskDeadline(payment, known.now)
    case 'paymentDeadline':
      return paymentDeadline(payment, known.now)
    case 'captured':
      return channelCaptured(payment, theirs.captured, known)
    case 'declined':
      return channelDeclined(payment, theirs.declined, known)
    case 'cancelled':
      return orderCancelled(payment, theirs.cancelled(), known)
    case 'ask':
      return requestRefund(payment, { orderId, refundId: id, userId: admin, admin: true, amount: euros(back) }, known.now)
    case 'returned':
      return returnApproved(payment, theirs.returned(euros(back), id), known)
    case 'retry':
      return retryRefund(payment, { orderId, refundId: refund?.refundId ?? '', retryId: known.newId(), userId: admin }, known.now)
    case 'refundRetry':
      // All that waits is due an hour later.
      return refundRetry(payment, { ...known, now: new Date(known.now.getTime() + 3_600_000) })
    case 'refunded':
      return channelRefunded(payment, theirs.refunded(refund?.refundId, euros(refund?.amount ?? 0)), known)
    default:
      return channelRefundDeclined(payment, theirs.refundDeclined(refund?.refundId, euros(refund?.amount ?? 0)), known, RETRIES_MS)
  }
}

it('never creates money: what goes back and is about to is at most what was captured, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const known = facts()
      const told: { type: string; data: { amount: { amount: number } } }[] = []
      let payment: Payment | undefined
      for (const each of steps) {
        try {
          const decided = decide(payment, each, known)
          if (!('rows' in decided) && !('events' in decided)) continue
          payment = decided.rows?.payment ?? payment
          for (const { event, data } of decided.events ?? []) {
            expect(event.validate(data)).toEqual([])
            told.push({ type: event.type, data: data as { amount: { amount: number } } })
          }
        } catch (error) {
          if (!(error instanceof RuleViolation)) throw error
        }
        if (payment === undefined) continue
        const sum = (type: string) => told.reduce((all, one) => (one.type === type ? all + one.data.amount.amount : all), 0)
        const many = (type: string) => told.filter((one) => one.type === type).length
        expect(payment.refundedAmount + pendingRefunds(payment)).toBeLessThanOrEqual(sum('PaymentCaptured'))
        expect(payment.refundedAmount).toBe(sum('PaymentRefunded'))
        expect(payment.status === 'refunded').toBe(sum('PaymentRefunded') > 0 && sum('PaymentRefunded') === sum('PaymentCaptured'))
        expect(many('PaymentInitiated')).toBeLessThanOrEqual(1)
        expect(many('PaymentAuthorized')).toBeLessThanOrEqual(1)
        expect(many('PaymentCaptured') + many('PaymentFailed')).toBeLessThanOrEqual(1)
        expect(new Set(payment.refunds.map(({ refundId }) => refundId)).size).toBe(payment.refunds.length)
        // A cancelled order's money is on its way back, or the provider has refused to give it back.
        const givenUp = payment.refunds.some(({ status }) => status === 'failed')
        // Every decline is tried again or shown to a person, and what it is tried again by is there.
        for (const { status, retriedBy, attempt = 1 } of payment.refunds) {
          if (status === 'failed') expect(attempt).toBe(RETRIES_MS.length + 1)
          if (retriedBy !== undefined) expect(payment.refunds.map(({ refundId }) => refundId)).toContain(retriedBy)
        }
        if (payment.status === 'success' && payment.orderCancelled && !givenUp)
          expect(payment.refundedAmount + pendingRefunds(payment)).toBe(amount)
      }
    }),
    { numRuns: 2000 },
  )
})
