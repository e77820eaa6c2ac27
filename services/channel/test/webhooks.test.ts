import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { PaymentAuthorized, PaymentInitiated, PaymentRefundRequested } from '@murmuration/contracts'
import { type Listening, listen } from '@murmuration/http'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { eventually, freshDatabase } from '@murmuration/testing'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { channelApp } from '../src/app.ts'
import { webhooks } from '../src/metrics.ts'
import { pspClient } from '../src/psp/client.ts'
import { openRequests, type Requests } from '../src/store/requests.ts'
import { captures, refunds } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { sign } from '../src/webhooks/signature.ts'
import { authorized, initiated, refundOf, userId } from './builders.ts'
import { type Simulator, simulator } from './simulator.ts'

const secret = 'a secret of this test'
let under: ServiceUnderTest
let provider: Simulator
let issuer: TestIssuer
let requests: Requests
let channel: Listening
/** While it is set, the provider's answers do not reach the rules. */
let answers = Promise.resolve()

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'channel' })
  issuer = await testIssuer()
  requests = openRequests(databaseUrl)
  const runtime = {
    execute: (command, input) => under.execute(command, input),
    readiness: async () => ({ ready: true, reasons: [] }),
    parking: {
      list: async () => [],
      show: async () => undefined,
      replay: async () => ({ dryRun: true, results: [], aborted: false }),
      discard: async () => 0,
    },
  } satisfies Parameters<typeof channelApp>[0]['runtime']
  channel = await listen(channelApp({ runtime, requests, userUrls: [issuer.url], webhookSecret: secret }))
  provider = await simulator({ hook: { url: `${channel.url}/webhooks/provider`, secret } })
  const psp = pspClient(provider.url)
  const late =
    <Wanted, Call, Result>(effect: (wanted: Wanted, call: Call) => Promise<Result>) =>
    async (wanted: Wanted, call: Call) => {
      const result = await effect(wanted, call)
      await answers
      return result
    }
  under = await serviceUnderTest(subscriptions, { databaseUrl, effects: { capture: late(psp.capture), refund: late(psp.refund) } })
})
afterAll(async () => {
  await provider.close()
  await under.stop()
  await channel.close(100)
  await Promise.all([requests.close(), issuer.close()])
})

/** Runs while the provider's answers are held back, then lets them go. */
const withAnswersHeldBack = async (work: () => Promise<void>) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  answers = promise
  try {
    await work()
  } finally {
    answers = Promise.resolve()
    resolve()
  }
}
const authorise = (payment: ReturnType<typeof authorized>) =>
  under.deliverAll([PaymentInitiated(initiated(payment)), PaymentAuthorized(payment)])
const told = async (orderId: string) => (await under.emitted(orderId)).map(({ type }) => type)
const post = (message: object, { at = Date.now(), by = secret } = {}) => {
  const body = Buffer.from(JSON.stringify(message))
  return request(channel.url)
    .post('/webhooks/provider')
    .set('content-type', 'application/json')
    .set(sign(by, body, at))
    .send(body.toString())
}
const declined = { status: 'declined', code: 'card_declined', message: 'no' }
const about = (reference: string, data: object = {}, type = 'status' in data ? `charge.${data.status}` : 'charge.succeeded') => ({
  id: 'evt_1',
  type,
  data: { reference, id: 'ch_x', amount: 5000, currency: 'EUR', status: 'succeeded', createdAt: new Date().toISOString(), ...data },
})

const counted = vi.spyOn(webhooks, 'add')
const contradictions = () => counted.mock.calls.filter(([, labels]) => labels?.['outcome'] === 'contradiction').length

describe('a webhook', () => {
  it('settles a capture whose answer is late, and the answer is ignored then: one ChannelCaptured', async () => {
    await provider.set({ webhooks: true, webhookDuplicates: 2 })
    const payment = authorized()
    await withAnswersHeldBack(async () => {
      await authorise(payment)
      await eventually(async () =>
        expect(await under.row(captures, payment.paymentId)).toMatchObject({ status: 'captured', settledBy: 'webhook' }),
      )
    })
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
    await provider.set({ webhooks: false, webhookDuplicates: 0 })
  })

  it('settles a refund whose answer is late, too', async () => {
    const payment = authorized()
    await authorise(payment)
    await under.settled()
    const providerReference = (await under.row(captures, payment.paymentId))?.reference ?? ''
    const refund = refundOf(payment, { providerReference })
    await provider.set({ webhooks: true })
    await withAnswersHeldBack(async () => {
      await under.deliver(PaymentRefundRequested(refund))
      await eventually(async () =>
        expect(await under.row(refunds, refund.refundId)).toMatchObject({ status: 'refunded', settledBy: 'webhook' }),
      )
    })
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured', 'ChannelRefunded'])
    await provider.set({ webhooks: false })
  })

  it('that is late or told again is a duplicate; one that contradicts what is known is a 409 and changes nothing', async () => {
    const payment = authorized()
    await authorise(payment)
    await under.settled()
    const before = await under.row(captures, payment.paymentId)
    expect((await post(about(payment.paymentId, { id: before?.reference })).expect(200)).body).toEqual({ outcome: 'duplicate' })
    const id = before?.reference
    const other = { id, method: 'paypal' }
    for (const contradiction of [{ id: 'ch_other' }, { id, amount: 1 }, { id, currency: 'USD' }, other, declined])
      expect((await post(about(payment.paymentId, contradiction)).expect(409)).body.code).toBe('contradiction')
    expect(await under.row(captures, payment.paymentId)).toEqual(before)
    expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
  })

  it('about a payment that is only initiated is a 409 and changes nothing: the provider was not asked yet', async () => {
    const payment = authorized()
    await under.deliver(PaymentInitiated(initiated(payment)))
    const before = await under.row(captures, payment.paymentId)
    for (const data of [{}, declined]) expect((await post(about(payment.paymentId, data)).expect(409)).body.code).toBe('contradiction')
    expect(await under.row(captures, payment.paymentId)).toEqual(before)
    expect(await told(payment.orderId)).toEqual([])
  })

  describe('fault: webhook that contradicts', () => {
    /** While an authorised payment waits for the provider's answer, which then counts. */
    const waiting = async (check: (payment: ReturnType<typeof authorized>) => Promise<void>) => {
      const payment = authorized()
      await withAnswersHeldBack(async () => {
        await authorise(payment)
        await check(payment)
        expect(await under.row(captures, payment.paymentId)).toMatchObject({ status: 'pending', reference: null })
      })
      expect(await told(payment.orderId)).toEqual(['ChannelCaptured'])
    }

    it.each([
      ['is called declined, and says succeeded', {}, 'charge.declined'],
      ['is called succeeded, and says declined', declined, 'charge.succeeded'],
      ['is about another amount', { amount: 4999 }, 'charge.succeeded'],
      ['is about another currency', { currency: 'USD' }, 'charge.succeeded'],
      ['is about another method', { method: 'paypal' }, 'charge.succeeded'],
      ['is about a charge, and names one that it gives back', { chargeId: 'ch_1' }, 'charge.succeeded'],
    ])('itself or what was asked for pays nothing, is a 409, is counted: it %s', (_what, data, type) =>
      waiting(async ({ paymentId }) => {
        const before = contradictions()
        expect((await post(about(paymentId, data, type)).expect(409)).body.code).toBe('contradiction')
        expect(contradictions()).toBe(before + 1)
      }),
    )

    it.each([
      ['no status', { status: undefined }, 'charge.succeeded', 'data/status'],
      ['an unknown status', { status: 'perhaps' }, 'charge.succeeded', 'data/status'],
      ['no amount', { amount: undefined }, 'charge.succeeded', 'data/amount'],
      ['a text for an amount', { amount: '5000' }, 'charge.succeeded', 'data/amount'],
      ['no currency', { currency: undefined }, 'charge.succeeded', 'data/currency'],
      ['no reference', { reference: undefined }, 'charge.succeeded', 'data/reference'],
      ['no name of the charge', { id: undefined }, 'charge.succeeded', 'data'],
      ['no time', { createdAt: undefined }, 'charge.succeeded', 'data'],
      ['no reason for its no', { status: 'declined' }, 'charge.declined', 'data'],
    ])('nothing but says too little is a 400 that names the field: %s', (_what, data, type, field) =>
      waiting(async ({ paymentId }) => {
        expect((await post(about(paymentId, data, type)).expect(400)).body.errors).toMatchObject([{ field }])
      }),
    )

    it('says refund of what is a charge, or charge of what is a refund: it is about nothing that was asked', async () => {
      const payment = authorized()
      await authorise(payment)
      await under.settled()
      await post(about(payment.paymentId, {}, 'refund.succeeded')).expect(404)
      const refund = refundOf(payment, { providerReference: (await under.row(captures, payment.paymentId))?.reference ?? '' })
      await withAnswersHeldBack(async () => {
        await under.deliver(PaymentRefundRequested(refund))
        await post(about(refund.refundId)).expect(404)
        const lies: [object, string][] = [
          [{}, 'refund.declined'],
          [declined, 'refund.succeeded'],
          [{ amount: 1 }, 'refund.succeeded'],
          [{ currency: 'GBP' }, 'refund.succeeded'],
          [{ method: 'wechat' }, 'refund.succeeded'],
          [{ chargeId: 'ch_other' }, 'refund.succeeded'],
        ]
        for (const [data, type] of lies)
          expect((await post(about(refund.refundId, data, type)).expect(409)).body.code).toBe('contradiction')
        expect(await under.row(refunds, refund.refundId)).toMatchObject({ status: 'pending' })
        const right = { chargeId: refund.providerReference, method: payment.method, id: 're_1' }
        expect((await post(about(refund.refundId, right, 'refund.succeeded')).expect(200)).body).toEqual({ outcome: 'settled' })
        // Played back, it is a duplicate; turned round, it contradicts.
        expect((await post(about(refund.refundId, right, 'refund.succeeded')).expect(200)).body).toEqual({ outcome: 'duplicate' })
        await post(about(refund.refundId, declined, 'refund.declined')).expect(409)
      })
      expect(await told(payment.orderId)).toEqual(['ChannelCaptured', 'ChannelRefunded'])
    })
  })

  it('is refused when it is not signed, too old, not understood, or about nothing that was asked', async () => {
    const { paymentId } = authorized()
    expect((await post(about(paymentId), { by: 'another secret here' }).expect(401)).body.code).toBe('unsigned_webhook')
    expect((await post(about(paymentId), { at: Date.now() - 301_000 }).expect(401)).body.code).toBe('stale_webhook')
    expect((await request(channel.url).post('/webhooks/provider').send(about(paymentId)).expect(401)).body.code).toBe('unsigned_webhook')
    await request(channel.url).post('/webhooks/provider').expect(401)
    expect((await post({ ...about(paymentId), type: 'charge.unheard-of' }).expect(400)).body.errors).toMatchObject([{ field: 'type' }])
    expect((await post(about(paymentId)).expect(404)).body.code).toBe('unknown_reference')
    const known = authorized()
    await authorise(known)
    await post(about(known.paymentId, { status: 'perhaps' }, 'charge.succeeded')).expect(400)
  })
})

describe('GET /captures/:paymentId', () => {
  it('shows administrators what was asked of the provider, and what came of it', async () => {
    const payment = authorized()
    await authorise(payment)
    await under.settled()
    const admin = await issuer.bearer(userId, 'admin')
    const { body } = await request(channel.url).get(`/captures/${payment.paymentId}`).set('authorization', admin).expect(200)
    expect(body).toMatchObject({
      paymentId: payment.paymentId,
      status: 'captured',
      amount: payment.amount,
      refunded: { amount: 0 },
      refunds: [],
    })
    await request(channel.url).get(`/captures/${payment.orderId}`).set('authorization', admin).expect(404)
  })

  it('is for administrators only', async () => {
    const { paymentId } = authorized()
    await request(channel.url).get(`/captures/${paymentId}`).expect(401)
    await request(channel.url)
      .get(`/captures/${paymentId}`)
      .set('authorization', await issuer.bearer(userId))
      .expect(403)
  })
})
