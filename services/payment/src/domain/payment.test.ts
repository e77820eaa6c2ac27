import { describe, expect, it } from 'vitest'
import { ada, admin, bob, euros, facts, orderId, otherId, placed, RETRIES_MS, refundId, said } from '../../test/examples.ts'
import { after, type Decided, given, outcome, theirs } from '../../test/given.ts'
import { LOW_AMOUNT, paymentDeadline, riskCleared, riskDeadline, riskRejected } from './authorisation.ts'
import { orderCancelled } from './cancellation.ts'
import { orderPlaced, stockReserved } from './initiation.ts'
import { type Payment, type Phase, transitions } from './payment.ts'
import { requestRefund, retryRefund } from './refund.ts'
import { channelRefundDeclined, channelRefunded } from './refund-outcome.ts'
import { refundRetry } from './refund-retry.ts'
import { returnApproved } from './return.ts'
import { channelCaptured, channelDeclined } from './settlement.ts'

const { now } = facts()
const phases = ['order', 'stock', 'risk', 'processing', 'success', 'refunded', 'failed'] as const satisfies Phase[]

const when: Record<keyof typeof transitions, (payment: Payment) => Decided> = {
  OrderPlaced: (payment) => orderPlaced(payment, placed(), facts()),
  StockReserved: (payment) => stockReserved(payment, orderId, facts()),
  PaymentRiskCleared: (payment) => riskCleared(payment, theirs.cleared, now),
  PaymentRiskRejected: (payment) => riskRejected(payment, theirs.rejected, now),
  'risk-deadline': (payment) => riskDeadline(payment, now),
  'payment-deadline': (payment) => paymentDeadline(payment, now),
  ChannelCaptured: (payment) => channelCaptured(payment, theirs.captured, facts()),
  ChannelDeclined: (payment) => channelDeclined(payment, theirs.declined, facts()),
  OrderCancelled: (payment) => orderCancelled(payment, theirs.cancelled(), facts()),
  RequestRefund: (payment) => requestRefund(payment, { orderId, refundId: otherId, userId: admin, admin: true }, now),
  ChannelRefunded: (payment) => channelRefunded(payment, theirs.refunded(), facts()),
  ChannelRefundDeclined: (payment) => channelRefundDeclined(payment, theirs.refundDeclined(), facts(), RETRIES_MS),
  ReturnApproved: (payment) => returnApproved(payment, theirs.returned(), facts()),
  RetryRefund: (payment) => retryRefund(payment, { orderId, refundId: otherId, retryId: refundId, userId: admin }, now),
  'refund-retry': (payment) => refundRetry(payment, facts()),
}

describe('every fact, timer and command in every phase', () => {
  const i = 'ignored'
  const c = 'contradiction'
  const no = 'payment_not_refundable'
  //                     waits for: order, stock, risk | processing | success | refunded | failed
  const expected: Record<keyof typeof transitions, readonly string[]> = {
    OrderPlaced: ['pending PaymentInitiated risk-deadline', i, i, i, i, i, i],
    StockReserved: [i, 'pending PaymentInitiated risk-deadline', i, i, i, i, i],
    PaymentRiskCleared: [c, c, 'processing PaymentAuthorized', i, i, i, i],
    PaymentRiskRejected: [c, c, 'failed PaymentFailed', i, i, i, i],
    'risk-deadline': [c, i, 'unchanged payment-deadline', i, i, i, i],
    'payment-deadline': [c, i, 'failed PaymentFailed', i, i, i, i],
    ChannelCaptured: [c, c, c, 'success PaymentCaptured', i, i, c],
    ChannelDeclined: [c, c, c, 'failed PaymentFailed', c, c, i],
    OrderCancelled: ['early', 'failed PaymentFailed', 'failed PaymentFailed', 'processing', 'success PaymentRefundRequested', i, i],
    RequestRefund: ['payment_not_found', no, no, no, 'success PaymentRefundRequested', no, no],
    ChannelRefunded: [c, c, c, c, 'unknown_refund', i, c],
    ChannelRefundDeclined: [c, c, c, c, 'unknown_refund', c, c],
    ReturnApproved: [c, c, c, c, 'success PaymentRefundRequested', 'refunded ReturnAlreadyRefunded', c],
    RetryRefund: ['payment_not_found', ...Array<string>(6).fill('refund_not_found')],
    'refund-retry': [c, i, i, i, i, i, i],
  }
  for (const [fact, row] of Object.entries(expected) as [keyof typeof transitions, readonly string[]][])
    for (const [index, phase] of phases.entries())
      it(`${fact} on a payment in phase ${phase}: ${row[index]}`, () => {
        expect(outcome(() => when[fact](given[phase]))).toBe(row[index])
      })
})

describe('the beginning', () => {
  it('initiates the payment with the order and its stock, whichever comes first', () => {
    const orderFirst = stockReserved(given.stock, orderId, facts())
    const stockFirst = orderPlaced(given.order, placed(), facts())
    expect(orderFirst).toEqual(stockFirst)
    expect(orderFirst).toMatchObject({
      events: [{ data: { orderId, userId: ada, amount: euros(10970), method: 'credit_card', source: 'channel', country: 'DE' } }],
      arm: [{ timer: 'risk-deadline', inMs: 1000 }],
    })
  })

  it('keeps the payment id of its first sight', () => {
    expect(given.risk.paymentId).toBe(given.order.paymentId)
  })

  it('refuses a wallet until there are accounts', () => {
    const wallet = { ...placed(), payment: { method: 'credit_card', source: 'wallet' } } as const
    const decided = orderPlaced(given.order, wallet, facts())
    expect(decided).toMatchObject({
      events: [
        { event: expect.objectContaining({ type: 'PaymentFailed' }), data: { reason: 'declined', detail: 'wallet is not available' } },
      ],
    })
    expect(after(decided).status).toBe('failed')
  })

  it.each([
    ['user', { userId: bob }],
    ['amount', placed(1)],
    ['method', { payment: { method: 'paypal', source: 'channel' } }],
  ] as const)('refuses a second OrderPlaced with another %s', (_what, forged) => {
    expect(outcome(() => orderPlaced(given.success, { ...placed(), ...forged }, facts()))).toBe('forged_order')
    expect(outcome(() => orderPlaced(given.stock, { ...placed(), ...forged }, facts()))).toBe('forged_order')
  })

  it('refuses a total that is not the sum', () => {
    const forged = { ...placed(), total: euros(1) }
    expect(outcome(() => orderPlaced(undefined, forged, facts()))).toBe('forged_total')
    expect(outcome(() => orderPlaced(given.order, forged, facts()))).toBe('forged_total')
  })
})

describe('the risk', () => {
  const low = said(given.order.paymentId, euros(LOW_AMOUNT))
  const lowRisk = after(orderPlaced(given.order, placed(LOW_AMOUNT), facts()))

  it('authorises what was cleared, not degraded, and disarms its timers', () => {
    expect(riskCleared(given.risk, theirs.cleared, now)).toMatchObject({
      events: [{ data: { degraded: false, amount: euros(10970) } }],
      disarm: ['risk-deadline', 'payment-deadline'],
    })
  })

  it('goes on without an answer after a second, up to 100.00', () => {
    expect(riskDeadline(lowRisk, now)).toMatchObject({
      events: [{ event: expect.objectContaining({ type: 'PaymentAuthorized' }), data: { degraded: true } }],
    })
    const higher = after(orderPlaced(given.order, placed(LOW_AMOUNT + 1), facts()))
    expect(riskDeadline(higher, now)).toEqual({ arm: [{ timer: 'payment-deadline', inMs: 4000 }] })
  })

  it('fails a payment whose risk stays silent for five seconds', () => {
    expect(paymentDeadline(given.risk, now)).toMatchObject({ events: [{ data: { reason: 'risk_timeout' } }] })
  })

  it('ignores an answer that comes too late, whatever it says', () => {
    const degraded = after(riskDeadline(lowRisk, now))
    expect(riskRejected(degraded, low.rejected, now)).toEqual({ ignored: 'late: the payment is processing' })
    const timedOut = after(paymentDeadline(given.risk, now))
    expect(riskCleared(timedOut, theirs.cleared, now)).toEqual({ ignored: 'late: the payment is failed (risk_timeout)' })
  })

  it('says why it rejected', () => {
    expect(riskRejected(given.risk, theirs.rejected, now)).toMatchObject({
      events: [{ data: { reason: 'risk_rejected', detail: 'blocked_user, amount_above_limit' } }],
    })
  })

  it('is held against the own record', () => {
    expect(outcome(() => riskCleared(given.risk, { ...theirs.cleared, userId: bob }, now))).toBe('forged_user')
    expect(outcome(() => riskCleared(given.risk, { ...theirs.cleared, paymentId: otherId }, now))).toBe('forged_payment')
    expect(outcome(() => riskCleared(undefined, theirs.cleared, now))).toBe('unknown_payment')
  })
})

describe('the capture', () => {
  it.each([
    ['amount', { amount: euros(1) }, 'forged_amount'],
    ['currency', { amount: { amount: 10970, currency: 'USD' } }, 'forged_amount'],
    ['method', { method: 'paypal' }, 'forged_method'],
    ['payment', { paymentId: otherId }, 'forged_payment'],
  ] as const)('refuses another %s', (_what, forged, code) => {
    expect(outcome(() => channelCaptured(given.processing, { ...theirs.captured, ...forged }, facts()))).toBe(code)
    expect(outcome(() => channelDeclined(given.processing, { ...theirs.declined, ...forged }, facts()))).toBe(code)
  })

  it('raises the alarm when the provider charged twice', () => {
    expect(outcome(() => channelCaptured(given.success, { ...theirs.captured, providerReference: 'psp_2' }, facts()))).toBe('charged_twice')
  })

  it('raises the alarm when money came in for a payment that had ended', () => {
    expect(outcome(() => channelCaptured(given.cancelled, theirs.captured, facts()))).toBe('contradiction')
    expect(outcome(() => channelDeclined(given.cancelled, theirs.declined, facts()))).toBe('contradiction')
  })

  it('keeps the provider’s message within the schema, in whole characters', () => {
    const message = `${'x'.repeat(2000 - 'card_declined: '.length - 1)}😀`
    const decided = channelDeclined(given.processing, { ...theirs.declined, message }, facts())
    const [event] = 'events' in decided ? (decided.events ?? []) : []
    expect(event?.event.validate(event.data)).toEqual([])
  })
})

describe('the order’s cancel', () => {
  const types = (decided: Decided) => ('events' in decided ? decided.events?.map(({ event }) => event.type) : decided)

  it('ends a payment that was not authorised, and disarms its timers', () => {
    expect(orderCancelled(given.risk, theirs.cancelled(), facts())).toMatchObject({
      events: [{ data: { reason: 'order_cancelled' } }],
      disarm: ['risk-deadline', 'payment-deadline'],
    })
    expect(outcome(() => stockReserved(after(orderCancelled(given.stock, theirs.cancelled(), facts())), orderId, facts()))).toBe('ignored')
    expect(outcome(() => riskCleared(given.cancelled, theirs.cleared, now))).toBe('ignored')
  })

  it('captures and refunds when it came while the capture was in flight', () => {
    const decided = channelCaptured(given.cancelledInFlight, theirs.captured, facts())
    expect(types(decided)).toEqual(['PaymentCaptured', 'PaymentRefundRequested'])
    expect(decided).toMatchObject({
      events: [{}, { data: { amount: euros(10970), cause: 'order_cancelled', providerReference: 'psp_1' } }],
    })
  })

  it('fails as declined when the capture in flight was declined', () => {
    expect(channelDeclined(given.cancelledInFlight, theirs.declined, facts())).toMatchObject({ events: [{ data: { reason: 'declined' } }] })
  })

  it('never refunds twice', () => {
    const once = after(orderCancelled(given.success, theirs.cancelled(), facts()))
    expect(outcome(() => orderCancelled(once, theirs.cancelled(), facts()))).toBe('ignored')
    const inFlight = after(channelCaptured(given.cancelledInFlight, theirs.captured, facts()))
    expect(outcome(() => orderCancelled(inFlight, theirs.cancelled(), facts()))).toBe('ignored')
  })

  it('does not ask again, when it is replayed, for a refund that was given up', () => {
    const cancelled = after(orderCancelled(given.success, theirs.cancelled(), facts()))
    const [refund] = cancelled.refunds
    const givenUp = after(channelRefundDeclined(cancelled, theirs.refundDeclined(refund?.refundId), facts(), []))
    expect(outcome(() => orderCancelled(givenUp, theirs.cancelled(), facts()))).toBe('ignored')
  })

  it('refunds what other refunds have left', () => {
    const part = after(requestRefund(given.success, { orderId, refundId, userId: admin, admin: true, amount: euros(970) }, now))
    expect(orderCancelled(part, theirs.cancelled(), facts())).toMatchObject({ events: [{ data: { amount: euros(10000) } }] })
    expect(outcome(() => orderCancelled(given.refunding, theirs.cancelled(), facts()))).toBe('success')
  })

  it('counts on a refund that is tried again, and asks for what one could not give back', () => {
    const declined = after(channelRefundDeclined(given.refunding, theirs.refundDeclined(), facts(), RETRIES_MS))
    expect(outcome(() => orderCancelled(declined, theirs.cancelled(), facts()))).toBe('success')
    const givenUp = after(channelRefundDeclined(given.refunding, theirs.refundDeclined(), facts(), []))
    expect(orderCancelled(givenUp, theirs.cancelled(), facts())).toMatchObject({
      events: [{ data: { amount: euros(10970), cause: 'order_cancelled' } }],
    })
  })

  it('is nothing new when the order was cancelled for this failed payment, and a contradiction when it has not failed', () => {
    expect(outcome(() => orderCancelled(given.failed, theirs.cancelled('payment_failed'), facts()))).toBe('ignored')
    expect(outcome(() => orderCancelled(given.success, theirs.cancelled('payment_failed'), facts()))).toBe('contradiction')
  })

  it('is held against the own record', () => {
    expect(outcome(() => orderCancelled(given.success, { ...theirs.cancelled(), userId: bob }, facts()))).toBe('forged_user')
    expect(outcome(() => orderCancelled(given.success, { ...theirs.cancelled(), total: euros(1) }, facts()))).toBe('forged_amount')
  })
})
