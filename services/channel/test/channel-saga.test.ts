import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { PaymentAuthorized, PaymentInitiated, PaymentRefundRequested } from '@murmuration/contracts'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pspClient } from '../src/psp/client.ts'
import { captures, refunds } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { authorized, initiated, nextId, refundOf, userId } from './builders.ts'
import { type Simulator, simulator } from './simulator.ts'

let under: ServiceUnderTest
let provider: Simulator

beforeAll(async () => {
  provider = await simulator()
  const { capture, refund } = pspClient(provider.url, { timeoutMs: 500 })
  under = await serviceUnderTest(subscriptions, { databaseUrl: await freshDatabase({ service: 'channel' }), effects: { capture, refund } })
})
afterAll(async () => {
  await under.stop()
  await provider.close()
})
afterEach(() => provider.set({ lostAnswerRate: 0, refundSuccessRate: 1 }))

const told = async (orderId: string) => (await under.emitted(orderId)).map(({ type }) => type)
const stated = async (reference: string) =>
  (await provider.statement()).filter((line) => line[3] === reference).map((line) => Number(line[4]))
const charged = async (more: Parameters<typeof authorized>[0] = {}) => {
  const payment = authorized(more)
  await under.deliverAll([PaymentInitiated(initiated(payment)), PaymentAuthorized(payment)])
  await under.settled()
  const providerReference = (await under.row(captures, payment.paymentId))?.reference ?? ''
  return { payment, refund: (some: Parameters<typeof refundOf>[1] = {}) => refundOf(payment, { providerReference, ...some }) }
}

describe('an authorised payment', () => {
  it('is charged once, however often it is told', async () => {
    const { payment } = await charged()
    expect(await under.deliver(PaymentAuthorized(payment))).toMatchObject({
      outcome: 'ignored',
      reason: 'repeated: the capture is captured',
    })
    const [event] = await under.emitted(payment.orderId)
    expect(event).toMatchObject({
      type: 'ChannelCaptured',
      data: { paymentId: payment.paymentId, amount: payment.amount, method: 'credit_card' },
    })
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
    expect(await stated(payment.paymentId)).toEqual([5000])
  })

  it('is charged once when it is told twice in one batch', async () => {
    const payment = authorized()
    const [initiation, authorisation] = [PaymentInitiated(initiated(payment)), PaymentAuthorized(payment)]
    const outcomes = await under.deliverAll([initiation, initiation, authorisation, authorisation])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'ignored', 'handled', 'ignored'])
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
  })

  it('is declined by the method that always is', async () => {
    const { payment } = await charged({ method: 'decline' })
    expect(await under.emitted(payment.orderId)).toMatchObject([{ type: 'ChannelDeclined', data: { code: 'card_declined' } }])
    expect(await stated(payment.paymentId)).toEqual([])
  })

  it('is charged once when the answer gets lost', async () => {
    await provider.set({ lostAnswerRate: 1 })
    const { payment } = await charged()
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
    expect(await stated(payment.paymentId)).toEqual([5000])
  })

  it('with a forged amount is parked, and no money moves', async () => {
    const { payment } = await charged()
    const forged = { ...payment, amount: { amount: 1, currency: 'EUR' } } as const
    expect(await under.deliver(PaymentAuthorized(forged))).toMatchObject({ outcome: 'parked', reason: 'forged_payment' })
    expect(await stated(payment.paymentId)).toEqual([5000])
  })

  it('that was never initiated is parked, and the provider is never called', async () => {
    const payment = authorized()
    provider.requests()
    expect(await under.deliver(PaymentAuthorized(payment))).toMatchObject({ outcome: 'parked', reason: 'unknown_payment' })
    expect(await told(payment.orderId)).toEqual([])
    expect(provider.requests()).toEqual([])
    expect(await under.row(captures, payment.paymentId)).toBeUndefined()
  })

  it.each([
    ['amount', { amount: { amount: 500_000, currency: 'EUR' } }],
    ['currency', { amount: { amount: 5000, currency: 'GBP' } }],
    ['user', { userId: nextId() }],
    ['method', { method: 'paypal' }],
  ] as const)('with another %s than was initiated is parked, and the provider is never called', async (_what, forged) => {
    const payment = authorized()
    await under.deliver(PaymentInitiated(initiated(payment)))
    provider.requests()
    expect(await under.deliver(PaymentAuthorized({ ...payment, ...forged }))).toMatchObject({ outcome: 'parked', reason: 'forged_payment' })
    expect(await told(payment.orderId)).toEqual([])
    expect(provider.requests()).toEqual([])
    expect(await under.row(captures, payment.paymentId)).toMatchObject({ status: 'initiated', requestedAt: null })
  })

  it('changes nothing when its whole story is told again a month later', async () => {
    const { payment } = await charged()
    const before = await under.row(captures, payment.paymentId)
    // By then the inbox has forgotten what it saw.
    await under.query('delete from choreography.inbox')
    provider.requests()
    const outcomes = await under.deliverAll([PaymentInitiated(initiated(payment)), PaymentAuthorized(payment)])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ignored', 'ignored'])
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
    expect(provider.requests()).toEqual([])
    expect(await under.row(captures, payment.paymentId)).toEqual(before)
  })

  it('of a wallet is left alone', async () => {
    const payment = authorized({ source: 'wallet' })
    expect(await under.deliver(PaymentInitiated(initiated(payment)))).toMatchObject({ outcome: 'ignored' })
    expect(await under.deliver(PaymentAuthorized(payment))).toMatchObject({ outcome: 'ignored' })
    expect(await under.row(captures, payment.paymentId)).toBeUndefined()
  })
})

describe('an initiated payment', () => {
  it('that begins again with another amount is parked, and what is charged stays what began first', async () => {
    const payment = authorized()
    await under.deliver(PaymentInitiated(initiated(payment)))
    const forged = PaymentInitiated(initiated(payment, { amount: { amount: 1, currency: 'EUR' } }))
    expect(await under.deliver(forged)).toMatchObject({ outcome: 'parked', reason: 'forged_payment' })
    expect(await under.row(captures, payment.paymentId)).toMatchObject({ status: 'initiated', amount: 5000 })
  })
})

describe('a refund', () => {
  it('is paid back once, in parts, never above the charge', async () => {
    const { payment, refund } = await charged()
    const [first, second] = [refund({ amount: { amount: 2000, currency: 'EUR' } }), refund({ amount: { amount: 3000, currency: 'EUR' } })]
    for (const each of [first, first, second]) await under.deliver(PaymentRefundRequested(each))
    await under.settled()
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured', 'ChannelRefunded', 'ChannelRefunded'])
    expect([await stated(first.refundId), await stated(second.refundId)]).toEqual([[2000], [3000]])
    expect(await under.row(refunds, first.refundId)).toMatchObject({ status: 'refunded', settledBy: 'answer' })
    const above = refund({ amount: { amount: 1, currency: 'EUR' } })
    expect(await under.deliver(PaymentRefundRequested(above))).toMatchObject({ outcome: 'parked', reason: 'refund_exceeds_captured' })
  })

  it('that the provider declines is told, and may be asked for again', async () => {
    await provider.set({ refundSuccessRate: 0 })
    const { payment, refund } = await charged()
    await under.deliver(PaymentRefundRequested(refund()))
    await under.settled()
    expect(await under.emitted(payment.orderId)).toMatchObject([{}, { type: 'ChannelRefundDeclined', data: { code: 'refund_declined' } }])
    await provider.set({ refundSuccessRate: 1 })
    await under.deliver(PaymentRefundRequested(refund()))
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured', 'ChannelRefundDeclined', 'ChannelRefunded'])
  })

  it.each([
    ['another user', { userId: nextId() }, 'forged_refund'],
    ['another currency', { amount: { amount: 1, currency: 'USD' } }, 'forged_refund'],
    ['another charge', { providerReference: 'ch_other' }, 'forged_refund'],
    ['an unknown payment', { paymentId: nextId(), userId }, 'contradiction'],
  ] as const)('that names %s is parked, and no money moves', async (_what, forged, reason) => {
    const { refund } = await charged()
    const wanted = refund(forged)
    expect(await under.deliver(PaymentRefundRequested(wanted))).toMatchObject({ outcome: 'parked', reason })
    expect(await stated(wanted.refundId)).toEqual([])
  })
})
