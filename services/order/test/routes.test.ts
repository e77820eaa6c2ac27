import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { OrderPlaced, PaymentCaptured, ProductCreated, StockCommitted } from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { orderApp } from '../src/app.ts'
import { type Orders, openOrders } from '../src/store/orders.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { ada, bob, placed, said } from './examples.ts'

let under: ServiceUnderTest
let issuer: TestIssuer
let orders: Orders
let app: Express
const tokens = { ada: '', bob: '', admin: '' }

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'order' })
  under = await serviceUnderTest(subscriptions, { databaseUrl })
  issuer = await testIssuer()
  orders = openOrders(databaseUrl)
  const parking = {
    list: under.parked,
    show: async () => undefined,
    replay: async () => ({ dryRun: true, results: [], aborted: false }),
    discard: async () => 0,
  }
  app = orderApp({
    runtime: { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking },
    orders,
    returns: { withoutApproval: 0, withinMs: 30 * 86_400_000 },
    userUrls: [issuer.url],
  })
  Object.assign(tokens, { ada: await issuer.bearer(ada), bob: await issuer.bearer(bob), admin: await issuer.bearer(newId(), 'admin') })
  for (const { productId, sku, name, unitPrice } of placed.items)
    await under.deliver(ProductCreated({ productId, sku, name, category: 'desk', price: unitPrice, status: 'active' }))
})
afterAll(async () => {
  await Promise.all([under.stop(), issuer.close(), orders.close()])
})

const body = {
  items: placed.items.map(({ productId, quantity }) => ({ productId, quantity })),
  payment: { method: 'credit_card' },
  shippingAddress: placed.shippingAddress,
}
const post = (path: string, sent: object = {}, who: keyof typeof tokens = 'ada') =>
  request(app).post(path).set('authorization', tokens[who]).send(sent)
const get = (path: string, who: keyof typeof tokens = 'ada') => request(app).get(path).set('authorization', tokens[who])

it('places an order under the gateway’s id, once, however often it is asked', async () => {
  const id = newId()
  const first = await post('/orders', body).set('saga-id', id).expect(201).expect('location', `/orders/${id}`)
  expect(first.body).toMatchObject({
    orderId: id,
    status: 'pending',
    total: placed.total,
    payment: { method: 'credit_card' },
    history: [{ status: 'pending' }],
  })
  const again = await post('/orders', body).set('saga-id', id).expect(201)
  expect(again.body).toEqual(first.body)
  expect(
    (
      await post('/orders', { ...body, items: body.items.slice(1) })
        .set('saga-id', id)
        .expect(409)
    ).body.code,
  ).toBe('order_exists')
  expect((await get(`/orders/${id}`).expect(200)).body).toEqual(first.body)
  expect(await under.emitted(id)).toHaveLength(1)
})

const keyed = () => newId().replace(/^(.{14})7/, '$18')

// row 12
// fault: idempotency without Redis
it('makes one order for an idempotency key, of many requests at once, and refuses another body under it', async () => {
  const id = keyed()
  const place = (sent: object) => post('/orders', sent).set('saga-id', id)
  const answers = await Promise.all(Array.from({ length: 20 }, () => place(body)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body)
  expect(await under.emitted(id)).toHaveLength(1)
  for (const other of [{ items: body.items.slice(1) }, { payment: { method: 'paypal' } }])
    expect((await place({ ...body, ...other }).expect(422)).body.code).toBe('idempotency_key_reused')
  const { body: cancelled } = await post(`/orders/${id}/cancel`).expect(200)
  expect((await place(body).expect(201)).body).toEqual(cancelled)
})

it('keeps a refusal for its idempotency key, also when the reason has gone', async () => {
  const [id, productId] = [keyed(), newId()]
  const place = (sagaId: string) => post('/orders', { ...body, items: [{ productId, quantity: 1 }] }).set('saga-id', sagaId)
  const first = await place(id).expect(422)
  await under.deliver(
    ProductCreated({ productId, sku: 'late', name: 'Late', category: 'desk', price: { amount: 100, currency: 'EUR' }, status: 'active' }),
  )
  const second = await place(id).expect(422)
  const { requestId: _, ...told } = second.body
  expect(first.body).toMatchObject({ ...told, code: 'unknown_product', errors: [{ field: 'items/0/productId' }] })
  await place(keyed()).expect(201)
})

// row 4
it('shows an order and its history to its owner and to administrators only', async () => {
  const { orderId } = (await post('/orders', body).expect(201)).body
  for (const path of [`/orders/${orderId}`, `/orders/${orderId}/history`]) {
    await get(path).expect(200)
    await get(path, 'admin').expect(200)
    expect((await get(path, 'bob').expect(404)).body.code).toBe('order_not_found')
    await request(app).get(path).expect(401)
  }
  expect((await post(`/orders/${orderId}/cancel`, {}, 'bob').expect(404)).body.code).toBe('order_not_found')
  expect((await get(`/orders/${orderId}/history`).expect(200)).body).toMatchObject({
    orderId,
    status: 'pending',
    history: [{ status: 'pending' }],
  })
})

it('cancels, and answers the same again', async () => {
  const { orderId } = (await post('/orders', body).expect(201)).body
  const first = await post(`/orders/${orderId}/cancel`).expect(200)
  expect(first.body).toMatchObject({ status: 'cancelled', reason: 'by_customer' })
  expect((await request(app).post(`/orders/${orderId}/cancel`).set('authorization', tokens.ada).expect(200)).body).toEqual(first.body)
})

it('is given up by administrators only', async () => {
  const { orderId } = (await post('/orders', body).expect(201)).body
  await post(`/orders/${orderId}/fail`, { reason: 'stuck' }).expect(403)
  await post(`/orders/${orderId}/fail`, {}, 'admin').expect(400)
  expect((await post(`/orders/${orderId}/fail`, { reason: 'stuck' }, 'admin').expect(200)).body).toMatchObject({
    status: 'failed',
    reason: 'stuck',
  })
  expect((await post(`/orders/${orderId}/cancel`).expect(409)).body.code).toBe('order_not_cancellable')
})

it('lists a user’s own orders, newest first, page by page, none twice and none left out', async () => {
  const cyd = newId()
  const token = await issuer.bearer(cyd)
  const ids: string[] = []
  for (let n = 0; n < 25; n++) {
    const orderId = newId()
    ids.push(orderId)
    // Several of one moment: the id decides.
    const placedAt = new Date(Date.UTC(2026, 10, 1, 0, 0, Math.floor(n / 3))).toISOString()
    await under.deliver(OrderPlaced({ ...placed, orderId, userId: cyd, placedAt }))
  }
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await request(app)
      .get(`/orders?limit=10${cursor && `&cursor=${cursor}`}`)
      .set('authorization', token)
      .expect(200)
    const page: { items: { orderId: string }[]; nextCursor: string | null } = answer.body
    seen.push(...page.items.map(({ orderId }) => orderId))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(ids.toReversed())
})

// row 14
it('gives a confirmed order back by a return, which administrators decide on', async () => {
  const { orderId } = (await post('/orders', body).expect(201)).body
  const wanted = { items: [{ productId: body.items[1]?.productId, quantity: 1 }], reason: 'Too short.' }
  expect((await post(`/orders/${orderId}/returns`, wanted).expect(409)).body.code).toBe('order_not_returnable')
  await under.deliverAll([PaymentCaptured({ ...said.captured, orderId }), StockCommitted({ ...said.committed, orderId })])
  expect((await post(`/orders/${orderId}/cancel`).expect(409)).body.detail).toContain('ask for a return')

  const returnId = newId()
  const asked = () =>
    post(`/orders/${orderId}/returns`, wanted).set('saga-id', returnId).expect(201).expect('location', `/orders/${orderId}`)
  const first = (await asked()).body
  expect(first).toMatchObject({ returnId, status: 'requested', amount: { amount: 1490, currency: 'EUR' }, lines: [{ sku: 'CABLE' }] })
  expect((await asked()).body).toEqual(first)
  expect((await post(`/orders/${orderId}/returns`, wanted, 'bob').expect(404)).body.code).toBe('order_not_found')
  expect(
    (await post(`/orders/${orderId}/returns`, { ...wanted, items: [{ ...wanted.items[0], quantity: 2 }] }).expect(409)).body.code,
  ).toBe('return_exceeds_ordered')

  const waiting = async () =>
    (await get('/returns', 'admin').expect(200)).body.items.filter((each: { orderId: string }) => each.orderId === orderId)
  expect(await waiting()).toMatchObject([{ returnId, userId: ada, status: 'requested' }])
  await get('/returns').expect(403)
  await post(`/orders/${orderId}/returns/${returnId}/approve`).expect(403)
  await post(`/orders/${orderId}/returns/${newId()}/approve`, {}, 'admin').expect(404)
  const approved = (await post(`/orders/${orderId}/returns/${returnId}/approve`, {}, 'admin').expect(200)).body
  expect(approved).toMatchObject({ status: 'approved', decidedBy: 'administrator', refund: 'pending', restocked: false })
  expect((await post(`/orders/${orderId}/returns/${returnId}/reject`, { reason: 'No.' }, 'admin').expect(409)).body.code).toBe(
    'return_already_decided',
  )
  expect(await waiting()).toEqual([])
  const order = (await get(`/orders/${orderId}`).expect(200)).body
  expect(order).toMatchObject({ status: 'confirmed', returns: [approved], refunds: [] })
  expect(JSON.stringify(order)).not.toContain('approvedBy')
})

it.each([
  [{}, 'reason'],
  [{ reason: ' ' }, 'reason'],
  [{ reason: 'x', items: [] }, 'items'],
  [{ reason: 'x', items: [{ productId: newId(), quantity: 0 }] }, 'items/0/quantity'],
  [{ reason: 'x', amount: { amount: 1, currency: 'EUR' } }, 'amount'],
])('refuses the return %j and names the field', async (wrong, field) => {
  expect((await post(`/orders/${newId()}/returns`, wrong).expect(400)).body.errors).toMatchObject([{ field }])
})

it('names the product that an order has not when it is to be returned', async () => {
  const { orderId } = (await post('/orders', body).expect(201)).body
  await under.deliverAll([PaymentCaptured({ ...said.captured, orderId }), StockCommitted({ ...said.committed, orderId })])
  const { body: refused } = await post(`/orders/${orderId}/returns`, { reason: 'x', items: [{ productId: newId(), quantity: 1 }] }).expect(
    422,
  )
  expect(refused).toMatchObject({ code: 'unknown_item', errors: [{ field: 'items/0/productId' }] })
})

const yearZero = Buffer.from(`0000-01-01T00:00:00Z|${newId()}`).toString('base64url')
// row 8
it.each(['limit=0', 'limit=1e9', 'limit=0x10', 'limit=101', 'cursor=rubbish', `cursor=${yearZero}`, 'offset=3'])(
  'refuses a page of %s',
  async (query) => {
    await get(`/orders?${query}`).expect(400)
  },
)

it.each([0, -1, 1.5, 1001, 2 ** 53, '1', null])('refuses the quantity %s and names the field', async (quantity) => {
  const items = [{ productId: body.items[0]?.productId, quantity }]
  expect((await post('/orders', { ...body, items }).expect(400)).body.errors).toMatchObject([{ field: 'items/0/quantity' }])
})

it.each([
  ['country', 'ZZ'],
  ['name', '   '],
  ['city', '\u200b'],
])('refuses an address whose %s is %j, naming it', async (field, value) => {
  const shippingAddress = { ...body.shippingAddress, [field]: value }
  expect((await post('/orders', { ...body, shippingAddress }).expect(400)).body.errors).toMatchObject([
    { field: `shippingAddress/${field}` },
  ])
})

it.each(['total', 'price', 'status', 'userId', 'orderId'])('refuses a body that says its %s', async (field) => {
  expect((await post('/orders', { ...body, [field]: 1 }).expect(400)).body.errors).toMatchObject([{ field }])
})

it('names an unknown product', async () => {
  const items = [...body.items, { productId: newId(), quantity: 1 }]
  const { body: refused } = await post('/orders', { ...body, items }).expect(422)
  expect(refused).toMatchObject({ code: 'unknown_product', errors: [{ field: 'items/2/productId' }] })
})

it('refuses no and too many lines, unknown methods and half an address', async () => {
  const many = Array.from({ length: 101 }, () => body.items[0])
  for (const [field, wrong] of [
    ['items', { items: [] }],
    ['items', { items: many }],
    ['payment/method', { payment: { method: 'gold' } }],
    ['shippingAddress/city', { shippingAddress: { ...placed.shippingAddress, city: undefined } }],
    ['shippingAddress/country', { shippingAddress: { ...placed.shippingAddress, country: 'Germany' } }],
    ['shippingAddress/country', { shippingAddress: { ...placed.shippingAddress, country: 'ZZ' } }],
    ['shippingAddress/name', { shippingAddress: { ...placed.shippingAddress, name: 'a\nb' } }],
    ...(['name', 'line1', 'line2', 'city', 'postalCode'] as const).map(
      (field) => [`shippingAddress/${field}`, { shippingAddress: { ...placed.shippingAddress, [field]: ' \u3000' } }] as const,
    ),
  ] as const)
    expect((await post('/orders', { ...body, ...wrong }).expect(400)).body.errors).toMatchObject([{ field }])
})
