import { newId } from '@murmuration/http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, newOrder, orderOf, startGateway } from './harness.ts'

let gateway: Harness
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const made = () => new Set(gateway.services.order.seen.map(({ headers }) => headers['saga-id']))
beforeEach(() => {
  const { order } = gateway.services
  order.seen.length = 0
  order.says = ({ headers }) => ({
    status: 201,
    body: orderOf(String(headers['saga-id'])),
    headers: { location: `/orders/${String(headers['saga-id'])}` },
    after: 20,
  })
})
const place = (as: string, key: string, body: object = newOrder) =>
  gateway.ask('/orders', { as, body, headers: { 'idempotency-key': key } })

describe('a key', () => {
  it('gets the same request the stored answer', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const first = await place(ada, key)
    const second = await place(ada, key)
    expect([second.status, second.body, second.headers.get('location')]).toEqual([201, first.body, first.headers.get('location')])
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true'])
    expect(made().size).toBe(1)
  })

  it('refuses another body with 422', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    await place(ada, key)
    const other = await place(ada, key, { ...newOrder, payment: { method: 'paypal' } })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(made().size).toBe(1)
  })

  it('is each user’s own', async () => {
    const key = newId()
    const [first, second] = [await place(await gateway.token(), key), await place(await gateway.token(), key)]
    expect(first.body['orderId']).not.toBe(second.body['orderId'])
  })

  it('makes one order of two hundred requests at the same time', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const answers = await Promise.all(Array.from({ length: 200 }, () => place(ada, key)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body['orderId'])).size).toBe(1)
    expect(made().size).toBe(1)
    expect((await place(ada, key)).status).toBe(201)
  })

  it('keeps a refusal for a reason, but no "try again"', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const { order } = gateway.services
    order.says = () => ({ status: 503, body: { code: 'unavailable' }, headers: { 'retry-after': '1' } })
    expect((await place(ada, key)).status).toBe(503)
    order.says = () => ({ status: 422, body: { code: 'unknown_product' } })
    expect((await place(ada, key)).status).toBe(422)
    order.says = () => ({ status: 201, body: {} })
    expect((await place(ada, key)).body.code).toBe('unknown_product')
  })

  it('makes the same order when the answer was lost and the client tries again', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const { order } = gateway.services
    const answers = order.says
    order.says = () => ({ cut: true })
    expect((await place(ada, key)).status).toBe(503)
    order.says = answers
    expect((await place(ada, key)).status).toBe(201)
    expect(order.seen.length).toBeGreaterThanOrEqual(3)
    expect(made().size).toBe(1)
  })

  it('registers the same user again, whom nobody knows yet', async () => {
    const body = { email: 'ada@example.org', username: 'ada', password: 'long enough', fullName: 'Ada Lovelace' }
    const register = (key: string) => gateway.ask('/auth/register', { body, headers: { 'idempotency-key': key } })
    const { user } = gateway.services
    user.says = ({ headers }) => ({ status: 201, body: { userId: headers['saga-id'] } })
    const [first, second, other] = [await register('one-key'), await register('one-key'), await register('another')]
    expect([first.status, second.body]).toEqual([201, first.body])
    expect(other.body['userId']).not.toBe(first.body['userId'])
    expect((await register('no key')).status).toBe(400)
  })

  it('is refused when it is no key', async () => {
    const ada = await gateway.token()
    expect((await place(ada, 'x'.repeat(300))).status).toBe(400)
    expect((await place(ada, 'a b')).status).toBe(400)
  })
})

it('refuses only requests with a key while Redis is away', async () => {
  const alone = await startGateway({ redisUrl: 'redis://127.0.0.1:9' })
  try {
    const ada = await alone.token()
    alone.services.order.says = ({ headers }) => ({ status: 201, body: orderOf(String(headers['saga-id'])) })
    const keyed = await alone.ask('/orders', { as: ada, body: newOrder, headers: { 'idempotency-key': newId() } })
    expect([keyed.status, keyed.body.code, keyed.headers.get('retry-after')]).toEqual([503, 'idempotency_unavailable', '1'])
    expect(alone.services.order.seen).toEqual([])
    expect((await alone.ask('/orders', { as: ada, body: newOrder })).status).toBe(201)
  } finally {
    await alone.stop()
  }
})
