import { describe, expect, it } from 'vitest'
import { admin, euros, facts, orderId, otherId, RETRIES_MS, refundId, returnId } from '../../test/examples.ts'
import { after, given, outcome, theirs } from '../../test/given.ts'
import { type Known, type Payment, pendingRefunds } from './payment.ts'
import { requestRefund, retryRefund } from './refund.ts'
import { channelRefundDeclined, channelRefunded } from './refund-outcome.ts'
import { refundRetry } from './refund-retry.ts'
import { returnApproved } from './return.ts'

const { now, newId } = facts()
const later = (ms: number) => ({ newId, now: new Date(now.getTime() + ms) })
const decline = (payment: Payment, id = refundId, known = facts()) =>
  channelRefundDeclined(payment, theirs.refundDeclined(id), known, RETRIES_MS)
const idOf = (payment: Payment) => payment.refunds.at(-1)?.refundId ?? ''

describe('a declined refund', () => {
  it('is tried again after a while, under another id, for the same reason, and its money stays promised', () => {
    const declined = decline(given.refunding)
    expect(declined).toMatchObject({ arm: [{ timer: 'refund-retry', inMs: 500 }] })
    expect(declined).not.toHaveProperty('events')
    const waiting = after(declined) as Known
    expect(waiting.refunds).toMatchObject([{ status: 'declined', detail: 'account_closed: The account is closed.' }])
    expect(pendingRefunds(waiting)).toBe(10970)
    expect(outcome(() => refundRetry(waiting, later(499)))).toBe('unchanged refund-retry')
    const again = refundRetry(waiting, later(500))
    expect(again).toMatchObject({ events: [{ data: { retryOf: refundId, attempt: 2, cause: 'by_admin', amount: euros(10970) } }] })
    expect(after(again).refunds).toMatchObject([{ retriedBy: idOf(after(again)) }, { status: 'pending', attempt: 2 }])
    expect(outcome(() => refundRetry(after(again), later(60_000)))).toBe('ignored')
  })

  it('is put before a person when it was declined each time', () => {
    const second = after(refundRetry(after(decline(given.refunding)), later(1_000)))
    const third = after(refundRetry(after(decline(second, idOf(second), later(1_000))), later(1_800)))
    const failed = decline(third, idOf(third), later(1_800))
    expect(failed).toMatchObject({ events: [{ data: { refundId: idOf(third), detail: 'account_closed: The account is closed.' } }] })
    expect(failed).not.toHaveProperty('arm')
    expect(pendingRefunds(after(failed) as Known)).toBe(0)
  })

  it('is tried again once, however often it is told of, and never made after it was declined', () => {
    const waiting = after(decline(given.refunding))
    expect(outcome(() => decline(waiting))).toBe('ignored')
    expect(outcome(() => channelRefunded(waiting, theirs.refunded(), facts()))).toBe('contradiction')
  })

  it('is tried again with the others that are due, and the timer stands at the earliest of the rest', () => {
    const wish = (id: string) => ({ orderId, refundId: id, userId: admin, admin: true, amount: euros(1000) })
    const two = after(requestRefund(after(requestRefund(given.success, wish(refundId), now)), wish(otherId), now))
    const no = (payment: Payment, id: string, ms: number) =>
      after(channelRefundDeclined(payment, theirs.refundDeclined(id, euros(1000)), later(ms), RETRIES_MS))
    const waiting = no(no(two, refundId, 0), otherId, 300)
    expect(refundRetry(waiting, later(500))).toMatchObject({
      events: [{ data: { retryOf: refundId } }],
      arm: [{ timer: 'refund-retry', inMs: 300 }],
    })
    const both = refundRetry(waiting, later(2_000))
    expect('events' in both ? both.events : []).toHaveLength(2)
    expect(both).not.toHaveProperty('arm')
  })
})

describe('a refund that was given up', () => {
  const failed = after(channelRefundDeclined(given.refunding, theirs.refundDeclined(), facts(), []))
  const wish = { orderId, refundId, retryId: otherId, userId: admin }

  it('is tried again by an administrator, from the first attempt, once', () => {
    const retried = retryRefund(failed, wish, now)
    expect(retried).toMatchObject({
      reply: { refundId: otherId, status: 'pending', amount: euros(10970) },
      events: [{ data: { refundId: otherId, retryOf: refundId, attempt: 1, requestedBy: admin } }],
    })
    expect(retryRefund(after(retried), wish, now)).toEqual({ reply: retried.reply })
    expect(outcome(() => retryRefund(after(retried), { ...wish, retryId: returnId }, now))).toBe('refund_not_failed')
  })

  it('is not tried again when its money went back otherwise', () => {
    const other = after(requestRefund(failed, { orderId, refundId: returnId, userId: admin, admin: true, amount: euros(1) }, now))
    expect(outcome(() => retryRefund(other, wish, now))).toBe('refund_exceeds_captured')
    expect(outcome(() => retryRefund(other, { ...wish, retryId: returnId }, now))).toBe('refund_exists')
  })

  it('is the only one that can be tried again', () => {
    expect(outcome(() => retryRefund(given.refunding, wish, now))).toBe('refund_not_failed')
    expect(outcome(() => retryRefund(given.refunding, { ...wish, refundId: otherId }, now))).toBe('refund_not_found')
    expect(outcome(() => retryRefund(undefined, wish, now))).toBe('payment_not_found')
  })
})

describe('a return', () => {
  it('is refunded once, by what was paid for it', () => {
    const decided = returnApproved(given.success, theirs.returned(euros(970)), facts())
    expect(decided).toMatchObject({ events: [{ data: { cause: 'return', returnId, amount: euros(970) } }] })
    expect(outcome(() => returnApproved(after(decided), theirs.returned(euros(970)), facts()))).toBe('ignored')
  })

  it('is refunded by what other refunds have left, and not at all when they left nothing', () => {
    const part = after(requestRefund(given.success, { orderId, refundId, userId: admin, admin: true, amount: euros(10000) }, now))
    expect(returnApproved(part, theirs.returned(), facts())).toMatchObject({ events: [{ data: { amount: euros(970) } }] })
    const nothing = returnApproved(given.refunding, theirs.returned(), facts())
    expect(nothing).toMatchObject({ events: [{ event: expect.objectContaining({ type: 'ReturnAlreadyRefunded' }), data: { returnId } }] })
    expect(outcome(() => returnApproved(after(nothing), theirs.returned(), facts()))).toBe('ignored')
  })

  it('keeps its return when it is tried again', () => {
    const refunding = after(returnApproved(given.success, theirs.returned(), facts()))
    const waiting = after(decline(refunding, idOf(refunding)))
    expect(refundRetry(waiting, later(500))).toMatchObject({ events: [{ data: { returnId, cause: 'return' } }] })
  })

  it.each([
    ['user', { userId: otherId }, 'forged_user'],
    ['payment', { paymentId: otherId }, 'forged_payment'],
    ['amount', { amount: euros(10971) }, 'forged_amount'],
    ['currency', { amount: { amount: 1, currency: 'USD' } }, 'forged_amount'],
  ] as const)('is refused with another %s', (_what, forged, code) => {
    expect(outcome(() => returnApproved(given.success, { ...theirs.returned(), ...forged }, facts()))).toBe(code)
  })
})
