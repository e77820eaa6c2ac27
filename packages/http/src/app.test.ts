import { RuleViolation, Transient } from '@murmuration/contracts'
import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { wholeNumber } from './formats.ts'
import { createApp, NotReady, problem, readyBy, validated } from './index.ts'

const item = z.strictObject({ sku: z.string().min(1), quantity: z.int().min(1).max(1000) })
const order = z.strictObject({ items: z.array(item).min(1).max(100), kind: z.enum(['a', 'b']).default('a') })

function app() {
  const routes = express.Router()
  routes.post(
    '/orders',
    validated({ body: order }, ({ body }, _req, res) => res.status(201).json(body)),
  )
  routes.get(
    '/orders/:id',
    validated({ params: z.object({ id: z.uuid() }) }, ({ params }, _req, res) => res.json(params)),
  )
  routes.get(
    '/list',
    validated({ query: z.strictObject({ limit: wholeNumber(1, 100).default(20) }) }, ({ query }, _req, res) => res.json(query)),
  )
  routes.put('/orders/:id', (_req, res) => {
    res.json({})
  })
  routes.get('/broken/:how', async (req) => {
    const { how } = req.params
    if (how === 'rule') throw new RuleViolation('order_is_final', 'It has ended.', 409)
    if (how === 'transient') throw new Transient('later')
    if (how === 'postgres') throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    // As Prisma passes on what it has no name for.
    if (how === 'prisma')
      throw Object.assign(new Error('Database error'), {
        code: 'P2039',
        meta: { driverAdapterError: new Error('the database system is starting up', { cause: { code: '57P03' } }) },
      })
    if (/^[0-9A-Z]{5}$/.test(how)) throw Object.assign(new Error('secret detail'), { code: how })
    if (how === 'problem') throw problem(418, 'teapot', 'No coffee.', { headers: { 'x-tea': 'green' } })
    throw new Error('secret detail')
  })
  const nested = express.Router()
  nested.delete('/inner', (_req, res) => {
    res.end()
  })
  return createApp({
    name: 'test',
    readiness: { good: () => undefined },
    routes: [routes, express.Router().use('/outer', nested)],
    body: { limit: 2000 },
  })
}
const post = (body: string | Buffer, type = 'application/json') =>
  request(app())
    .post('/orders')
    .set('content-type', type)
    .serialize((as) => as)
    .send(body as string)

describe('input', () => {
  it('hands a valid body to the handler, with defaults', async () => {
    const answer = await post('{"items":[{"sku":"x","quantity":1}]}')
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ items: [{ sku: 'x', quantity: 1 }], kind: 'a' })
  })

  it.each(['0', '-1', '1.5', '1e309', '9007199254740992', '"1"', 'null', '1001', '[]'])(
    'names the field for quantity %s',
    async (quantity) => {
      const answer = await post(`{"items":[{"sku":"x","quantity":${quantity}}]}`)
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toMatch('application/problem+json')
      expect(answer.body).toMatchObject({ code: 'invalid_input', status: 400, errors: [{ field: 'items/0/quantity' }] })
    },
  )

  it('names unknown fields, missing fields and wrong choices together', async () => {
    const answer = await post('{"items":[{"quantity":1,"price":5}],"kind":"c","role":"admin"}')
    expect(answer.body.errors).toEqual([
      { field: 'items/0/sku', expected: 'string', got: 'nothing' },
      { field: 'items/0/price', expected: 'no such field', got: 'number' },
      { field: 'kind', expected: 'one of a, b', got: 'string' },
      { field: 'role', expected: 'no such field', got: 'string' },
    ])
  })

  it('never repeats a value', async () => {
    const answer = await post('{"items":[{"sku":"x","quantity":"4111111111111111"}]}')
    expect(JSON.stringify(answer.body)).not.toContain('4111')
  })

  it.each([
    ['{"items":[],"items":[]}', 'duplicate_key'],
    ['{"__proto__":{"a":1},"items":[]}', 'forbidden_key'],
    [`${'['.repeat(900)}`, 'too_deep'],
    ['{"items":"\\u0000"}', 'forbidden_character'],
    ['{"items":"a\0b"}', 'forbidden_character'],
    ['{broken', 'invalid_json'],
    [Buffer.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
  ])('refuses the body %s', async (body, code) => {
    const answer = await post(body)
    expect([answer.status, answer.body.code]).toEqual([400, code])
  })

  it('refuses other content types, encodings and too much', async () => {
    expect((await post('a=b', 'application/x-www-form-urlencoded')).status).toBe(415)
    expect((await post('{}', 'application/json; charset=latin1')).status).toBe(415)
    expect((await post('{}', 'application/json; charset=utf-8')).status).toBe(400)
    expect(
      (await request(app()).post('/orders').set('content-encoding', 'gzip').set('content-type', 'application/json').send('{}')).status,
    ).toBe(415)
    const large = await post(JSON.stringify({ items: 'x'.repeat(3000) }))
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large'])
  })

  it('asks for a body where one is needed', async () => {
    const answer = await request(app()).post('/orders')
    expect([answer.status, answer.body.errors]).toEqual([400, [{ field: '', expected: 'object', got: 'nothing' }]])
  })

  it('checks parameters and query', async () => {
    expect((await request(app()).get('/orders/17')).body.errors).toEqual([{ field: 'id', expected: 'uuid', got: 'string' }])
    expect((await request(app()).get('/list?limit=1e9')).body.errors).toEqual([
      { field: 'limit', expected: 'a whole number from 1 to 100 in decimal digits', got: 'string' },
    ])
    expect((await request(app()).get('/list')).body).toEqual({ limit: 20 })
    expect((await request(app()).get('/orders/%00')).status).toBe(400)
    expect((await request(app()).get('/orders/%ff')).status).toBe(400)
  })
})

describe('errors', () => {
  it.each([
    ['rule', 409, 'order_is_final'],
    ['transient', 503, 'unavailable'],
    ['postgres', 503, 'unavailable'],
    ['prisma', 503, 'unavailable'],
    ['25006', 503, 'unavailable'],
    ['55000', 503, 'unavailable'],
    ['42501', 503, 'unavailable'],
    ['P2034', 503, 'unavailable'],
    ['23514', 500, 'internal_error'],
    ['problem', 418, 'teapot'],
    ['unknown', 500, 'internal_error'],
  ])('answers %s with %i', async (how, status, code) => {
    const answer = await request(app()).get(`/broken/${how}`).set('x-request-id', 'request-17')
    expect(answer.body).toMatchObject({ status, code, requestId: 'request-17', type: `urn:murmuration:problem:${code}` })
    expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
    expect(answer.text).not.toMatch(/secret|terminating|at .*\.ts/)
  })

  // row 6
  it('tells the methods that are possible', async () => {
    const wrong = await request(app()).patch('/orders/7')
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'GET, HEAD, PUT'])
    expect((await request(app()).get('/outer/inner')).headers['allow']).toBe('DELETE')
    expect((await request(app()).get('/outer')).status).toBe(404)
    expect((await request(app()).get('/nowhere')).body).toMatchObject({ code: 'not_found', status: 404 })
  })

  it('makes a request id when the given one is odd', async () => {
    const answer = await request(app()).get('/nowhere').set('x-request-id', 'a b"<script>')
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('health', () => {
  it('is alive whatever the dependencies do, and ready only with them', async () => {
    const slow = createApp({
      name: 't',
      routes: [],
      readiness: { database: async () => Promise.reject(new Error('password=1')), kafka: () => 1 },
    })
    expect((await request(slow).get('/livez')).status).toBe(200)
    const answer = await request(slow).get('/readyz')
    expect([answer.status, answer.body]).toEqual([503, { status: 'not_ready', checks: { database: 'down', kafka: 'ok' } }])
    expect((await request(app()).get('/readyz')).status).toBe(200)
  })

  it('passes on why the choreography is not ready', async () => {
    const reasons = ['the database does not answer', 'a message can be neither handled nor parked']
    const service = (ready: boolean) =>
      createApp({
        name: 't',
        routes: [],
        readiness: { choreography: readyBy(() => Promise.resolve({ ready, reasons: ready ? [] : reasons })) },
      })
    const answer = await request(service(false)).get('/readyz')
    expect([answer.status, answer.body.checks]).toEqual([503, { choreography: `down: ${reasons.join(', ')}` }])
    expect((await request(service(true)).get('/readyz')).status).toBe(200)
  })

  it('says why a check fails that can tell, and is ready without what it is only of more use with', async () => {
    const why = () => Promise.reject(new NotReady('it does not answer'))
    const partly = createApp({ name: 'test', routes: [], readiness: { order: () => 1 }, useful: { risk: why } })
    const answer = await request(partly).get('/readyz')
    expect([answer.status, answer.body]).toEqual([200, { status: 'ready', checks: { order: 'ok', risk: 'down: it does not answer' } }])
    const not = await request(createApp({ name: 'test', routes: [], readiness: { order: why } })).get('/readyz')
    expect([not.status, not.body]).toEqual([503, { status: 'not_ready', checks: { order: 'down: it does not answer' } }])
  })
})
