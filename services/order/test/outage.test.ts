import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { PaymentCaptured, ProductCreated, StockCommitted } from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { during, freshDatabase, outages } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderApp } from '../src/app.ts'
import { type Orders, openOrders } from '../src/store/orders.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { ada, placed, said } from './examples.ts'

let databaseUrl: string
let under: ServiceUnderTest
let issuer: TestIssuer
let orders: Orders
let app: Express
let authorization: string

beforeAll(async () => {
  databaseUrl = await freshDatabase({ service: 'order' })
  under = await serviceUnderTest(subscriptions, { databaseUrl })
  issuer = await testIssuer()
  orders = openOrders(databaseUrl)
  const { execute, parking } = under
  app = orderApp({
    runtime: { execute, readiness: async () => ({ ready: true, reasons: [] }), parking },
    orders,
    userUrls: [issuer.url],
    returns: { withoutApproval: 0, withinMs: 30 * 86_400_000 },
  })
  authorization = await issuer.bearer(ada)
  for (const { productId, sku, name, unitPrice } of placed.items)
    await under.deliver(ProductCreated({ productId, sku, name, category: 'desk', price: unitPrice, status: 'active' }))
})
afterAll(async () => {
  await Promise.all([under.stop(), issuer.close(), orders.close()])
})

const place = (orderId: string) =>
  request(app)
    .post('/orders')
    .set('authorization', authorization)
    .set('saga-id', orderId)
    .send({
      items: placed.items.map(({ productId, quantity }) => ({ productId, quantity })),
      payment: { method: 'credit_card' },
      shippingAddress: placed.shippingAddress,
    })
const read = (orderId: string) => request(app).get(`/orders/${orderId}`).set('authorization', authorization)
const refusal = { status: 503, code: 'unavailable' }

// fault: outage that looks like a defect
describe.each(outages)('while the database is %s', (outage) => {
  it('an order is refused with 503 and Retry-After, events wait, and it ends once that is over', async () => {
    const orderId = newId()
    await place(orderId).expect(201)
    let delivering: Promise<unknown> | undefined
    await during(outage, databaseUrl, async () => {
      delivering = under.deliverAll([PaymentCaptured({ ...said.captured, orderId }), StockCommitted({ ...said.committed, orderId })])
      for (let times = 0; times < 5; times++)
        expect((await place(newId()).expect(503).expect('retry-after', '1')).body).toMatchObject(refusal)
      const answer = await read(orderId)
      // Reading is not refused by what is read only.
      if (outage === 'read only') expect(answer.status).toBe(200)
      else expect([answer.body, answer.headers['retry-after']]).toMatchObject([refusal, '1'])
    })
    await delivering
    expect((await read(orderId).expect(200)).body).toMatchObject({ status: 'confirmed' })
    expect(await under.query('SELECT reason, detail FROM choreography.parked')).toEqual([])
    await place(newId()).expect(201)
  })
})
