import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { OrderPlaced, ProductCreated, ProductRestated } from '@murmuration/contracts'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inventoryApp } from '../src/app.ts'
import { type Levels, openLevels } from '../src/store/levels.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { order, orderId, product, userId } from './builders.ts'

let under: ServiceUnderTest
let issuer: TestIssuer
let levels: Levels
let app: Express
let admin = ''

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'inventory' })
  under = await serviceUnderTest(subscriptions, { databaseUrl })
  issuer = await testIssuer()
  levels = openLevels(databaseUrl)
  const parking = {
    list: under.parked,
    show: async () => undefined,
    replay: async () => ({ dryRun: true, results: [], aborted: false }),
    discard: async () => 0,
  }
  app = inventoryApp({
    runtime: { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking },
    levels,
    userUrls: [issuer.url],
  })
  admin = await issuer.bearer(userId, 'admin')
  for (let n = 1; n <= 6; n++) await under.deliver(ProductCreated(product(`kb-${n}`)))
})
afterAll(async () => {
  await Promise.all([under.stop(), issuer.close(), levels.close()])
})

const post = (path: string, body: object, token = admin) => request(app).post(path).set('authorization', token).send(body)

const put = (path: string, body: object, token = admin) => request(app).put(path).set('authorization', token).send(body)

it('restocks for administrators, and tells of it', async () => {
  const answer = await post('/stock/kb-1/restock', { quantity: 7 }).expect(200)
  expect(answer.body).toEqual({ sku: 'kb-1', warehouse: 'main', available: 7, reserved: 0, total: 7 })
  expect(await under.emitted('kb-1')).toEqual([{ type: 'StockLevelChanged', data: { ...answer.body, cause: 'restock' } }])
})

it('adds the pieces of a repeated request once', async () => {
  const id = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e77'
  for (let time = 0; time < 3; time++) await post('/stock/kb-2/restock', { quantity: 3 }).set('saga-id', id).expect(200)
  const { body } = await request(app).get('/stock/kb-2').expect(200)
  expect(body).toEqual({
    sku: 'kb-2',
    available: 3,
    reserved: 0,
    total: 3,
    warehouses: [{ warehouse: 'main', available: 3, reserved: 0, total: 3 }],
  })
  expect((await post('/stock/kb-2/restock', { quantity: 4 }).set('saga-id', id).expect(422)).body.code).toBe('idempotency_key_reused')
})

it('deducts what is there, and nothing that is not', async () => {
  await put('/warehouses/BER-1', { priority: 2 }).expect(200)
  await post('/stock/kb-3/restock', { quantity: 2, warehouse: 'BER-1' }).expect(200)
  await post('/stock/kb-3/deduct', { quantity: 1, warehouse: 'BER-1' }).expect(200)
  expect((await post('/stock/kb-3/deduct', { quantity: 2, warehouse: 'BER-1' }).expect(409)).body.code).toBe('not_enough_stock')
  expect((await post('/stock/kb-3/deduct', { quantity: 1 }).expect(404)).body.code).toBe('sku_not_found')
})

// fault: by accident
it('restocks nothing by accident: neither a sku that the catalogue does not have nor a warehouse that nobody opened', async () => {
  const typo = await post('/stock/kb-66/restock', { quantity: 1 }).expect(404)
  expect(typo.body).toMatchObject({ code: 'sku_not_found', errors: [{ field: 'sku', expected: 'a sku of the catalogue' }] })
  const nowhere = await post('/stock/kb-1/restock', { quantity: 1, warehouse: 'NOWHERE' }).expect(422)
  expect(nowhere.body).toMatchObject({
    code: 'unknown_warehouse',
    errors: [{ field: 'warehouse', expected: 'a warehouse that was opened' }],
  })
  await request(app).get('/stock/kb-66').expect(404)
  expect((await under.query(`SELECT FROM stocks WHERE warehouse = 'NOWHERE'`)).length).toBe(0)
})

it('waits a moment for a product that was created just now', async () => {
  const asked = post('/stock/kb-new/restock', { quantity: 2 }).then(({ status, body }) => [status, body.available])
  await new Promise((resolve) => setTimeout(resolve, 300))
  await under.deliver(ProductCreated(product('kb-new')))
  expect(await asked).toEqual([200, 2])
})

// fault: told again
it('takes stock of a product whose creation it has missed, once it is told again', async () => {
  await post('/stock/kb-missed/restock', { quantity: 2 }).expect(404)
  expect(await under.deliver(ProductRestated(product('kb-missed')))).toMatchObject({ outcome: 'handled' })
  expect(await under.deliver(ProductRestated(product('kb-missed')))).toMatchObject({ outcome: 'ignored' })
  expect((await post('/stock/kb-missed/restock', { quantity: 2 }).expect(200)).body.available).toBe(2)
})

it('opens warehouses for administrators, and lists them in the order in which they serve', async () => {
  await put('/warehouses/LYON', { priority: 7 }).expect(200, { warehouse: 'LYON', priority: 7 })
  await put('/warehouses/FARO', { priority: 3 }).expect(200)
  await put('/warehouses/LYON', { priority: 4 }).expect(200)
  const { body } = await request(app).get('/warehouses').set('authorization', admin).expect(200)
  expect(body.items.filter(({ warehouse }: { warehouse: string }) => warehouse !== 'BER-1')).toEqual([
    { warehouse: 'main', priority: 1 },
    { warehouse: 'FARO', priority: 3 },
    { warehouse: 'LYON', priority: 4 },
  ])
  expect((await under.emitted('LYON')).map(({ type, data }) => [type, data])).toEqual([
    ['WarehouseChanged', { warehouse: 'LYON', priority: 7 }],
    ['WarehouseChanged', { warehouse: 'LYON', priority: 4 }],
  ])
  await put('/warehouses/LYON', { priority: 1 }, await issuer.bearer(userId)).expect(403)
  expect((await put('/warehouses/LYON', { priority: 0 }).expect(400)).body.errors).toMatchObject([{ field: 'priority' }])
  expect((await put('/warehouses/L%20N', { priority: 1 }).expect(400)).body.errors).toMatchObject([{ field: 'warehouse' }])
})

it('shows administrators where the goods of an order are held', async () => {
  await put('/warehouses/BER-1', { priority: 2 }).expect(200)
  await post('/stock/kb-6/restock', { quantity: 1 }).expect(200)
  await post('/stock/kb-6/restock', { quantity: 5, warehouse: 'BER-1' }).expect(200)
  const id = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e99'
  const look = (token: string) => request(app).get(`/reservations/${id}`).set('authorization', token)
  await look(admin).expect(404)
  await under.deliver(OrderPlaced(order([['kb-6', 3]], { orderId: id })))
  expect((await look(admin).expect(200)).body).toMatchObject({
    orderId: id,
    status: 'held',
    lines: [
      { sku: 'kb-6', warehouse: 'main', quantity: 1 },
      { sku: 'kb-6', warehouse: 'BER-1', quantity: 2 },
    ],
    refused: [],
  })
  await look(await issuer.bearer(userId)).expect(403)
})

it('shows several skus at once, what is reserved, and only what exists', async () => {
  for (const sku of ['kb-4', 'kb-5']) await post(`/stock/${sku}/restock`, { quantity: 5 })
  await under.deliver(OrderPlaced(order([['kb-4', 2]], { orderId })))
  const { body } = await request(app).get('/stock?skus=kb-5,kb-4,nothing').expect(200)
  expect(
    body.items.map(({ sku, available, reserved }: { sku: string; available: number; reserved: number }) => [sku, available, reserved]),
  ).toEqual([
    ['kb-4', 3, 2],
    ['kb-5', 5, 0],
  ])
  await request(app).get('/stock/nothing').expect(404)
  const main = (await levels.byWarehouse()).find(({ warehouse }) => warehouse === 'main')
  expect(main?.total).toBe((main?.available ?? 0) + (main?.reserved ?? 0))
})

it('lets nobody else change the stock', async () => {
  await request(app).post('/stock/kb-1/restock').send({ quantity: 1 }).expect(401)
  await post('/stock/kb-1/restock', { quantity: 1 }, await issuer.bearer(userId)).expect(403)
  await post('/stock/kb-1/deduct', { quantity: 1 }, await issuer.bearer(userId)).expect(403)
})

it.each([0, -1, 1.5, 2 ** 53, '1', null])('refuses the quantity %s and names the field', async (quantity) => {
  const { body } = await post('/stock/kb-1/restock', { quantity }).expect(400)
  expect(body.errors).toMatchObject([{ field: 'quantity' }])
})

it('refuses fields that it does not know, and skus that are none', async () => {
  expect((await post('/stock/kb-1/restock', { quantity: 1, total: 9 }).expect(400)).body.errors).toMatchObject([{ field: 'total' }])
  await post('/stock/k%20b/restock', { quantity: 1 }).expect(400)
  await request(app)
    .get(`/stock?skus=${Array.from({ length: 101 }, (_, n) => `s${n}`).join(',')}`)
    .expect(400)
})
