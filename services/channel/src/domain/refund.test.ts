import { describe, expect, it } from 'vitest'
import { authorized, initiated, refundOf, typesOf } from '../../test/builders.ts'
import { type Capture, initiate, intend, settle } from './capture.ts'
import { intendRefund, type Refund, settleRefund } from './refund.ts'
import type { Outcome } from './settlement.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => 'id' }
const at = '2026-11-21T10:00:01.000Z'
const payment = authorized()
const done: Outcome = { outcome: 'done', reference: 're_1', at }
const declined: Outcome = { outcome: 'declined', code: 'refund_declined', message: 'no', at }

type Changed = { rows: { capture: Capture; refund: Refund } }
const initiatedCapture = (initiate(undefined, initiated(payment)) as Changed).rows.capture
const pendingCapture = (intend(initiatedCapture, payment, facts) as unknown as Changed).rows.capture
const capture = (settle(pendingCapture, { ...done, reference: 'ch_1' }, 'answer') as Changed).rows.capture
const wanted = refundOf(payment, { amount: { amount: 3000, currency: 'EUR' } })
const intended = (intendRefund({ refund: undefined, capture }, wanted, facts) as Changed).rows

describe('a refund', () => {
  it('is asked of the provider, and counts at once against what was captured', () => {
    expect(intended).toMatchObject({ refund: { status: 'pending', amount: 3000 }, capture: { refunded: 3000 } })
  })
  it('is asked for once', () => {
    expect(intendRefund(intended, wanted, facts)).toEqual({ ignored: 'repeated: the refund is pending' })
  })
  it('never exceeds what is left', () => {
    const second = refundOf(payment, { amount: { amount: 2001, currency: 'EUR' } })
    expect(() => intendRefund({ refund: undefined, capture: intended.capture }, second, facts)).toThrow(
      expect.objectContaining({ code: 'refund_exceeds_captured' }),
    )
    const rest = refundOf(payment, { amount: { amount: 2000, currency: 'EUR' } })
    expect(intendRefund({ refund: undefined, capture: intended.capture }, rest, facts)).toMatchObject({
      rows: { capture: { refunded: 5000 } },
    })
  })
  it.each([{ amount: { amount: 2999, currency: 'EUR' } }, { providerReference: 'ch_2' }, { orderId: payment.userId }] as const)(
    'with %o is refused, for another was asked for',
    (forged) => {
      expect(() => intendRefund(intended, { ...wanted, ...forged }, facts)).toThrow(expect.objectContaining({ code: 'forged_refund' }))
    },
  )
  it.each([
    { amount: { amount: 3000, currency: 'GBP' } },
    { providerReference: 'ch_2' },
    { userId: payment.orderId },
    { method: 'alipay' },
  ] as const)('with %o is refused, for the capture says otherwise', (forged) => {
    expect(() => intendRefund({ refund: undefined, capture }, { ...wanted, ...forged }, facts)).toThrow(
      expect.objectContaining({ code: 'forged_refund' }),
    )
  })
  it.each([undefined, initiatedCapture, pendingCapture])('of what was not captured is refused', (none) => {
    expect(() => intendRefund({ refund: undefined, capture: none }, wanted, facts)).toThrow(
      expect.objectContaining({ code: 'contradiction' }),
    )
  })
})

describe('the provider', () => {
  it('refunds', () => {
    const decision = settleRefund(intended, done, 'answer')
    expect(decision).toMatchObject({ rows: { refund: { status: 'refunded', reference: 're_1' } } })
    expect(typesOf('events' in decision ? decision.events : [])).toEqual(['ChannelRefunded'])
  })
  it('declines, and what was not paid back may be asked for again', () => {
    const decision = settleRefund(intended, declined, 'answer')
    expect(decision).toMatchObject({ rows: { refund: { status: 'declined' }, capture: { refunded: 0 } } })
    expect(typesOf('events' in decision ? decision.events : [])).toEqual(['ChannelRefundDeclined'])
  })
  it('changes nothing by saying the same twice, and is not believed when it contradicts itself', () => {
    const { refund } = (settleRefund(intended, done, 'answer') as Changed).rows
    const known = { refund, capture: intended.capture }
    expect(settleRefund(known, done, 'webhook')).toHaveProperty('ignored')
    expect(() => settleRefund(known, declined, 'webhook')).toThrow(expect.objectContaining({ code: 'contradiction' }))
    expect(() => settleRefund(known, { ...done, reference: 're_2' }, 'webhook')).toThrow(expect.objectContaining({ code: 'contradiction' }))
  })
})
