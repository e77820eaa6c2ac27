import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { OrderPlaced } from '@murmuration/contracts'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inventoryApp } from '../src/app.ts'
import { type Levels, openLevels } from '../src/store/levels.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { order, orderId, userId } from './builders.ts'

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
})
afterAll(async () => {
  await Promise.all([under.stop(), issuer.close(), levels.close()])
})

const post = (path: string, body: object, token = admin) => request(app).post(path).set('authorization', token).send(body)

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
  expect((await post('/stock/kb-2/restock', { quantity: 4 }).set('saga-id', id).expect(409)).body.code).toBe('id_already_used')
})

it('deducts what is there, and nothing that is not', async () => {
  await post('/stock/kb-3/restock', { quantity: 2, warehouse: 'BER-1' }).expect(200)
  await post('/stock/kb-3/deduct', { quantity: 1, warehouse: 'BER-1' }).expect(200)
  expect((await post('/stock/kb-3/deduct', { quantity: 2, warehouse: 'BER-1' }).expect(409)).body.code).toBe('not_enough_stock')
  expect((await post('/stock/kb-3/deduct', { quantity: 1 }).expect(404)).body.code).toBe('unknown_sku')
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
