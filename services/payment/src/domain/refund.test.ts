import { describe, expect, it } from 'vitest'
import { ada, admin, bob, euros, facts, orderId, otherId, refundId } from '../../test/examples.ts'
import { after, given, outcome, theirs } from '../../test/given.ts'
import type { Payment } from './payment.ts'
import { requestRefund } from './refund.ts'
import { channelRefunded } from './refund-outcome.ts'

const { now } = facts()
const wish = { orderId, refundId, userId: admin, admin: true }
const refund = (payment: Payment, change: object = {}) => outcome(() => requestRefund(payment, { ...wish, ...change }, now))

describe('a refund', () => {
  it('is of all that is left unless it says less', () => {
    expect(requestRefund(given.success, wish, now)).toMatchObject({
      reply: { refundId, status: 'pending', amount: euros(10970), cause: 'by_admin' },
      events: [{ data: { amount: euros(10970), providerReference: 'psp_1', cause: 'by_admin', requestedBy: admin, attempt: 1 } }],
    })
    expect(requestRefund(given.success, { ...wish, amount: euros(970) }, now)).toMatchObject({ reply: { amount: euros(970) } })
  })

  it('gets the same answer again, and a conflict for another amount', () => {
    expect(requestRefund(given.refunding, wish, now)).toEqual({ reply: requestRefund(given.success, wish, now).reply })
    expect(refund(given.refunding, { amount: euros(1) })).toBe('refund_exists')
  })

  it('is never above captured − refunded − pending', () => {
    expect(refund(given.success, { amount: euros(10971) })).toBe('refund_exceeds_captured')
    expect(refund(given.refunding, { refundId: otherId })).toBe('refund_exceeds_captured')
    const part = after(requestRefund(given.success, { ...wish, amount: euros(970) }, now))
    const partly = after(channelRefunded(part, theirs.refunded(refundId, euros(970)), facts()))
    expect(refund(partly, { refundId: otherId, amount: euros(10001) })).toBe('refund_exceeds_captured')
    expect(refund(partly, { refundId: otherId, amount: euros(10000) })).toBe('success PaymentRefundRequested')
  })

  it('is for administrators only: a customer is told to ask for a return, and nothing of another user’s payment', () => {
    expect(refund(given.success, { userId: bob, admin: false })).toBe('payment_not_found')
    expect(refund(given.success, { userId: ada, admin: false })).toBe('return_required')
    expect(() => requestRefund(given.success, { ...wish, userId: ada, admin: false }, now)).toThrow(
      expect.objectContaining({ status: 403, message: expect.stringContaining(`/orders/${orderId}/returns`) }),
    )
    expect(outcome(() => requestRefund(undefined, wish, now))).toBe('payment_not_found')
  })

  it('is in the payment’s currency', () => {
    expect(refund(given.success, { amount: { amount: 1, currency: 'USD' } })).toBe('currency_mismatch')
  })

  it('makes the payment refunded when it is full, and keeps it a success when it is not', () => {
    expect(channelRefunded(given.refunding, theirs.refunded(), facts())).toMatchObject({
      rows: { payment: { status: 'refunded', refundedAmount: 10970 } },
      events: [{ data: { full: true, refundedTotal: euros(10970) } }],
    })
    const part = after(requestRefund(given.success, { ...wish, amount: euros(970) }, now))
    expect(channelRefunded(part, theirs.refunded(refundId, euros(970)), facts())).toMatchObject({
      rows: { payment: { status: 'success', refundedAmount: 970 } },
      events: [{ data: { full: false, refundedTotal: euros(970) } }],
    })
  })

  it.each([
    ['amount', { amount: euros(1) }, 'forged_amount'],
    ['payment', { paymentId: otherId }, 'forged_payment'],
    ['refund', { refundId: otherId }, 'unknown_refund'],
    ['charge', { providerReference: 'psp_2' }, 'forged_reference'],
  ])('refuses a provider’s refund with another %s', (_what, forged, code) => {
    expect(outcome(() => channelRefunded(given.refunding, { ...theirs.refunded(), ...forged }, facts()))).toBe(code)
  })
})
