import { RuleViolation } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { authorized, initiated, refundOf, typesOf } from '../../test/builders.ts'
import { type Capture, initiate, intend, settle, transitions } from './capture.ts'
import { intendRefund } from './refund.ts'
import type { Outcome } from './settlement.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => 'id' }
const payment = authorized()
const done: Outcome = { outcome: 'done', reference: 'ch_1', at: '2026-11-21T10:00:01.000Z' }
const declined: Outcome = { outcome: 'declined', code: 'card_declined', message: 'no', at: '2026-11-21T10:00:01.000Z' }

const rowOf = (decision: object): Capture => {
  const { rows } = decision as { rows?: { capture?: Capture } }
  if (rows?.capture === undefined) throw new Error('no capture was changed')
  return rows.capture
}
const begun = rowOf(initiate(undefined, initiated(payment)))
const pending = rowOf(intend(begun, payment, facts))
const captured = rowOf(settle(pending, done, 'answer'))
const refused = rowOf(settle(pending, declined, 'answer'))

const forgeries = [
  { amount: { amount: 5001, currency: 'EUR' } },
  { amount: { amount: 5000, currency: 'USD' } },
  { userId: payment.orderId },
  { orderId: payment.userId },
  { method: 'paypal' },
  { source: 'wallet' },
] as const

describe('an initiated payment', () => {
  it('is remembered, and nothing is asked of the provider', () => {
    expect(initiate(undefined, initiated(payment))).toEqual({
      rows: { capture: expect.objectContaining({ status: 'initiated', amount: 5000, currency: 'EUR', refunded: 0, requestedAt: null }) },
    })
  })
  it.each([begun, pending, captured, refused])('changes nothing when it is told again of one that is $status', (capture) => {
    expect(initiate(capture, initiated(payment))).toEqual({ ignored: `repeated: the capture is ${capture.status}` })
  })
  it('is left to the account when the money comes from a wallet', () => {
    expect(initiate(undefined, initiated(payment, { source: 'wallet' }))).toHaveProperty('ignored')
  })
  it.each(forgeries)('with %o is refused, for it began otherwise', (forged) => {
    for (const capture of [begun, captured])
      expect(() => initiate(capture, initiated(payment, forged))).toThrow(expect.objectContaining({ code: 'forged_payment' }))
  })
})

describe('an authorised payment', () => {
  it('is to be charged', () => {
    expect(intend(begun, payment, facts)).toMatchObject({
      rows: { capture: { status: 'pending', amount: 5000, currency: 'EUR', refunded: 0, requestedAt: facts.now.toISOString() } },
      request: { paymentId: payment.paymentId, amount: 5000, currency: 'EUR', method: 'credit_card' },
    })
  })
  it.each([pending, captured, refused])('is not charged again when its capture is $status', (capture) => {
    expect(intend(capture, payment, facts)).toEqual({ ignored: `repeated: the capture is ${capture.status}` })
  })
  it('is refused when it was never initiated', () => {
    expect(() => intend(undefined, payment, facts)).toThrow(expect.objectContaining({ code: 'unknown_payment' }))
  })
  it('is left to the account when the money comes from a wallet', () => {
    expect(intend(undefined, { ...payment, source: 'wallet' }, facts)).toHaveProperty('ignored')
  })
  it.each(forgeries)('with %o is refused, for another was initiated', (forged) => {
    for (const capture of [begun, pending])
      expect(() => intend(capture, { ...payment, ...forged }, facts)).toThrow(expect.objectContaining({ code: 'forged_payment' }))
  })
})

describe('the provider', () => {
  it('charges', () => {
    const decision = settle(pending, done, 'answer')
    expect(decision).toMatchObject({ rows: { capture: { status: 'captured', reference: 'ch_1', settledBy: 'answer' } } })
    expect(decision).toMatchObject({ events: [{ data: { providerReference: 'ch_1', capturedAt: done.at, amount: payment.amount } }] })
    expect(typesOf('events' in decision ? decision.events : [])).toEqual(['ChannelCaptured'])
  })
  it('declines', () => {
    const decision = settle(pending, declined, 'webhook')
    expect(decision).toMatchObject({ rows: { capture: { status: 'declined', code: 'card_declined', settledBy: 'webhook' } } })
    expect(typesOf('events' in decision ? decision.events : [])).toEqual(['ChannelDeclined'])
  })
  it('changes nothing by saying the same twice', () => {
    expect(settle(captured, done, 'webhook')).toHaveProperty('ignored')
    expect(settle(refused, declined, 'webhook')).toHaveProperty('ignored')
  })
  it.each([
    [captured, declined],
    [refused, done],
    [captured, { ...done, reference: 'ch_2' }],
    [undefined, done],
    [begun, done],
    [begun, declined],
  ] as const)('is not believed when it contradicts itself', (capture, outcome) => {
    expect(() => settle(capture, outcome, 'webhook')).toThrow(expect.objectContaining({ code: 'contradiction' }))
  })
})

describe('the machine', () => {
  const known = { unknown: undefined, initiated: begun, pending, captured, declined: refused }
  const toldBy = {
    PaymentInitiated: (capture: Capture | undefined) => initiate(capture, initiated(payment)),
    PaymentAuthorized: (capture: Capture | undefined) => intend(capture, payment, facts),
    charged: (capture: Capture | undefined) => settle(capture, done, 'answer'),
    declined: (capture: Capture | undefined) => settle(capture, declined, 'answer'),
    PaymentRefundRequested: (capture: Capture | undefined) =>
      intendRefund({ refund: undefined, capture }, refundOf(payment, { providerReference: 'ch_1' }), facts),
  }
  const came = (tell: () => object) => {
    try {
      const decision = tell()
      return 'ignored' in decision ? 'repeated' : 'changes'
    } catch (error) {
      if (error instanceof RuleViolation) return 'contradicts'
      throw error
    }
  }
  it.each(Object.keys(toldBy) as (keyof typeof toldBy)[])('does with %s what its table says', (fact) => {
    const states = Object.keys(known) as (keyof typeof known)[]
    const found = states.map((state) => [state, came(() => toldBy[fact](known[state]))])
    const said = states.map((state) => [state, transitions[fact][state]] as const)
    expect(found).toEqual(said.map(([state, move]) => [state, move === 'repeated' || move === 'contradicts' ? move : 'changes']))
  })
})
