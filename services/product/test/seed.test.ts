import { execFile } from 'node:child_process'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeds } from '../scripts/seed/catalogue.ts'
import { productId as userId } from './builders.ts'
import { type Harness, startProduct } from './harness.ts'

// The gateway and the inventory are played by a few lines; the product service is real.
let service: Harness
let server: Server
let url = ''
const stock = new Map<string, number>()
let busy = 0

beforeAll(async () => {
  service = await startProduct()
  const accessToken = (await service.issuer.bearer(userId, 'admin')).slice('Bearer '.length)
  const api = express.Router()
  api.use((_req, res, next) => void (busy-- > 0 ? res.status(503).set('retry-after', '0').json({}) : next()))
  api.post(
    '/auth/login',
    express.json(),
    (req, res) => void (req.body.password === 'right' ? res.json({ accessToken }) : res.status(401).json({ code: 'unauthorized' })),
  )
  api.get('/inventory/:sku', ({ params }, res) => void (stock.has(params.sku) ? res.json({}) : res.status(404).json({})))
  api.post('/inventory/:sku/restock', express.json(), (req, res) => {
    stock.set(req.params.sku, (stock.get(req.params.sku) ?? 0) + req.body.quantity)
    res.json({})
  })
  api.use(service.app)
  server = express().use('/api/v1', api).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await service.stop()
})

interface Run {
  code: number
  stdout: string
  stderr: string
}
const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
  new Promise((resolve) => {
    const given = { GATEWAY_URL: url, ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: 'right', ...env }
    execFile(process.execPath, ['scripts/seed.ts', ...args], { env: { PATH: process.env['PATH'], ...given } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })

describe('the assortment', () => {
  it('has at least 200 products in at least eight categories, with plausible prices, some of them scarce', () => {
    const all = seeds()
    expect(all.length).toBeGreaterThanOrEqual(200)
    expect(new Set(all.map(({ category }) => category)).size).toBeGreaterThanOrEqual(8)
    expect(new Set(all.map(({ sku }) => sku)).size).toBe(all.length)
    expect(new Set(all.map(({ productId }) => productId)).size).toBe(all.length)
    for (const { price } of all) {
      expect(price.amount).toBeGreaterThanOrEqual(700)
      expect(price.amount).toBeLessThan(60_000)
    }
    const scarce = all.filter((each) => each.stock <= 5)
    expect(scarce.length).toBeGreaterThanOrEqual(4)
    expect(scarce.every((each) => each.stock >= 1)).toBe(true)
    // Demonstrations order the first ones.
    const first = all.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)).slice(0, 20)
    expect(first.every((each) => each.stock > 1000)).toBe(true)
  })

  it('is the same every time', () => {
    expect(seeds()).toEqual(seeds())
    expect(seeds()[0]?.productId).toBe('23040ec8-2c89-82f4-a3b9-79c94916f6da')
  })
})

describe('the seed script', () => {
  it('fills an empty shop, and changes nothing the second time', async () => {
    const { length } = seeds()
    busy = 3
    const first = await run(['--json'])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const result = JSON.parse(first.stdout)
    expect(result).toMatchObject({ products: length, created: length, unchanged: 0, restocked: length, failed: [] })
    await service.under.query(`UPDATE products SET amount = 12345 WHERE "productId" = $1`, [seeds()[0]?.productId])
    const second = await run(['--json'])
    expect(JSON.parse(second.stdout)).toMatchObject({ created: 0, unchanged: length, restocked: 0, failed: [] })
    expect([...stock.values()].reduce((all, each) => all + each)).toBe(seeds().reduce((all, each) => all + each.stock, 0))
    expect((await request(service.app).get('/products?limit=1')).body.total).toBe(length)
    // Two seconds on an idle machine.
  }, 30_000)

  it('says what went wrong, by exit code too', async () => {
    expect((await run(['--help'])).stdout).toContain('GATEWAY_URL')
    expect(await run(['--nonsense'])).toMatchObject({ code: 2, stdout: '' })
    expect(await run([], { ADMIN_PASSWORD: '' })).toMatchObject({ code: 2, stderr: expect.stringContaining('set ADMIN_PASSWORD') })
    expect(await run([], { ADMIN_PASSWORD: 'wrong' })).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot log in') })
  })
})
