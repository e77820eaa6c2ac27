import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { ChannelCaptured, ChannelRefundDeclined, OrderPlaced, PaymentRiskCleared, StockReserved } from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { paymentApp } from '../src/app.ts'
import { openPayments, type Payments } from '../src/store/payments.ts'
import { payments as table } from '../src/store/tables.ts'
import { subscriptionsWith } from '../src/subscriptions.ts'
import { ada, bob, euros, placed, said } from './examples.ts'

let under: ServiceUnderTest
let issuer: TestIssuer
let payments: Payments
let app: Express
const tokens = { ada: '', bob: '', admin: '' }

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'payment' })
  under = await serviceUnderTest(subscriptionsWith([]), { databaseUrl })
  issuer = await testIssuer()
  payments = openPayments(databaseUrl)
  const parking = {
    list: under.parked,
    show: async () => undefined,
    replay: async () => ({ dryRun: true, results: [], aborted: false }),
    discard: async () => 0,
  }
  app = paymentApp({
    runtime: { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking },
    payments,
    userUrls: [issuer.url],
  })
  Object.assign(tokens, { ada: await issuer.bearer(ada), bob: await issuer.bearer(bob), admin: await issuer.bearer(newId(), 'admin') })
})
afterAll(async () => {
  await Promise.all([under.stop(), issuer.close(), payments.close()])
})

const get = (path: string, who: keyof typeof tokens = 'ada') => request(app).get(path).set('authorization', tokens[who])
const askRefund = (id: string, body: object = {}, who: keyof typeof tokens = 'admin') =>
  request(app).post(`/payments/${id}/refunds`).set('authorization', tokens[who]).send(body)

async function captured() {
  const orderId = newId()
  await under.deliver(OrderPlaced({ ...placed(), orderId }))
  await under.deliver(StockReserved({ ...said('').reserved, orderId }))
  const paymentId = (await under.row(table, orderId))?.paymentId ?? ''
  await under.deliver(PaymentRiskCleared({ ...said(paymentId).cleared, orderId }))
  await under.deliver(ChannelCaptured({ ...said(paymentId).captured, orderId }))
  return { orderId, paymentId }
}

it('shows a payment by its own id, by its order’s, and as its order’s', async () => {
  const { orderId, paymentId } = await captured()
  const { body } = await get(`/payments/${paymentId}`).expect(200)
  expect(body).toMatchObject({
    paymentId,
    orderId,
    status: 'success',
    amount: euros(10970),
    method: 'credit_card',
    refundedAmount: euros(0),
    refunds: [],
  })
  expect((await get(`/payments/${orderId}`).expect(200)).body).toEqual(body)
  expect((await get(`/payments?orderId=${orderId}`).expect(200)).body).toEqual({ items: [body] })
})

// row 4
it('is there for its user and for administrators only', async () => {
  const { orderId, paymentId } = await captured()
  for (const path of [`/payments/${paymentId}`, `/payments/${orderId}`]) {
    await get(path, 'admin').expect(200)
    expect((await get(path, 'bob').expect(404)).body.code).toBe('payment_not_found')
    await request(app).get(path).expect(401)
  }
  expect((await get(`/payments?orderId=${orderId}`, 'bob').expect(200)).body).toEqual({ items: [] })
  await askRefund(paymentId, {}, 'bob').expect(404)
  await get(`/payments/${newId()}`).expect(404)
  expect(await under.emitted(orderId)).toHaveLength(3)
})

it('is not there as long as its order is not known', async () => {
  const orderId = newId()
  await under.deliver(StockReserved({ ...said('').reserved, orderId }))
  await get(`/payments/${orderId}`, 'admin').expect(404)
})

it('refunds under the gateway’s id, once, however often it is asked', async () => {
  const { orderId, paymentId } = await captured()
  const refundId = newId()
  const first = await askRefund(paymentId, { amount: euros(970) })
    .set('saga-id', refundId)
    .expect(201)
  expect(first.body).toMatchObject({ refundId, paymentId, orderId, status: 'pending', amount: euros(970), cause: 'by_admin' })
  expect(
    (
      await askRefund(paymentId, { amount: euros(970) })
        .set('saga-id', refundId)
        .expect(201)
    ).body,
  ).toEqual(first.body)
  expect(
    (
      await askRefund(paymentId, { amount: euros(971) })
        .set('saga-id', refundId)
        .expect(409)
    ).body.code,
  ).toBe('refund_exists')
  expect((await askRefund(orderId, { amount: euros(10001) }).expect(409)).body.code).toBe('refund_exceeds_captured')
  expect((await askRefund(orderId).expect(201)).body).toMatchObject({ amount: euros(10000) })
  expect((await askRefund(orderId).expect(409)).body.code).toBe('refund_exceeds_captured')
})

it('tells a customer that money goes back by a return, and does nothing', async () => {
  const { orderId, paymentId } = await captured()
  const { body } = await askRefund(paymentId, {}, 'ada').expect(403)
  expect(body).toMatchObject({ code: 'return_required', detail: expect.stringContaining(`/orders/${orderId}/returns`) })
  expect(await under.emitted(orderId)).toHaveLength(3)
})

it('shows administrators what was declined for good, until one has it tried again', async () => {
  const { orderId, paymentId } = await captured()
  const refundId = newId()
  await askRefund(paymentId).set('saga-id', refundId).expect(201)
  await under.deliver(ChannelRefundDeclined({ ...said(paymentId).refundDeclined(refundId), orderId }))
  const failed = async () =>
    (await get('/refunds/failed', 'admin').expect(200)).body.items.filter((each: { orderId: string }) => each.orderId === orderId)
  expect(await failed()).toMatchObject([{ refundId, paymentId, status: 'failed', detail: 'account_closed: The account is closed.' }])
  await get('/refunds/failed').expect(403)
  const again = (who: keyof typeof tokens) =>
    request(app).post(`/payments/${paymentId}/refunds/${refundId}/retry`).set('authorization', tokens[who])
  expect((await again('ada').expect(403)).body.code).toBe('forbidden')
  const retried = (await again('admin').expect(201)).body
  expect(retried).toMatchObject({ status: 'pending', amount: euros(10970), cause: 'by_admin' })
  expect((await again('admin').expect(409)).body.code).toBe('refund_not_failed')
  expect(await failed()).toEqual([])
  const { body } = await get(`/payments/${paymentId}`).expect(200)
  expect(body.refunds).toMatchObject([{ refundId, status: 'failed', retriedBy: retried.refundId }, { refundId: retried.refundId }])
  expect(JSON.stringify(body)).not.toContain('requestedBy')
})

it('takes a refund without any body', async () => {
  const { paymentId } = await captured()
  const { body } = await request(app).post(`/payments/${paymentId}/refunds`).set('authorization', tokens.admin).expect(201)
  expect(body).toMatchObject({ amount: euros(10970) })
})

it.each([
  ['amount/amount', { amount: euros(0) }],
  ['amount/amount', { amount: euros(1.5) }],
  ['amount/amount', { amount: euros(2 ** 53) }],
  ['amount/currency', { amount: { amount: 1, currency: 'XXX' } }],
  ['reason', { reason: 'because' }],
])('refuses a refund with a wrong %s: %o', async (field, body) => {
  const { paymentId } = await captured()
  expect((await askRefund(paymentId, body).expect(400)).body.errors).toMatchObject([{ field }])
})
