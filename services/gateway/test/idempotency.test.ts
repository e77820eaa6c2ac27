import { newId } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { eventually } from '@murmuration/testing'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, newOrder, orderOf, startGateway } from './harness.ts'
import { pausable, silentServer } from './tcp.ts'

// A Redis database of its own, to be flushed.
const redisUrl = new URL('/6', process.env['REDIS_URL']).href
let gateway: Harness
let redis: Redis
beforeAll(async () => {
  gateway = await startGateway({ redisUrl })
  redis = connectRedis(redisUrl)
  await redisReady(redis)
})
afterAll(async () => {
  await gateway.stop()
  redis.disconnect()
})

/** The order service as it is: it makes an order once for each id, and what is asked for under it again is the same or another. */
const orders = new Map<string, { body: string; status: string }>()
const made = () => new Set(gateway.services.order.seen.map(({ headers }) => headers['saga-id']))
beforeEach(() => {
  const { order } = gateway.services
  order.seen.length = 0
  order.says = ({ method, headers, path, body }) => {
    const id = method === 'POST' ? String(headers['saga-id']) : (path.split('/').at(-1) ?? '')
    const known = orders.get(id) ?? { body, status: 'pending' }
    orders.set(id, known)
    if (method === 'POST' && known.body !== body) return { status: 422, body: { code: 'idempotency_key_reused' } }
    return { status: method === 'POST' ? 201 : 200, body: orderOf(id, known.status), headers: { location: `/orders/${id}` }, after: 20 }
  }
})
const place = (as: string, key: string, { body = newOrder as object, prefer = '' } = {}, at = gateway) =>
  at.ask('/orders', { as, body, headers: { 'idempotency-key': key, ...(prefer && { prefer }) } })

describe('a key', () => {
  it('gets the same request the same order', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const first = await place(ada, key)
    const second = await place(ada, key)
    expect([second.status, second.body, second.headers.get('location')]).toEqual([201, first.body, first.headers.get('location')])
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true'])
    expect(made().size).toBe(1)
  })

  it('tells what has become of the order meanwhile', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const first = await place(ada, key, { prefer: 'wait=0' })
    expect([first.status, first.body['status']]).toEqual([202, 'pending'])
    const id = String(first.body['orderId'])
    orders.set(id, { ...(orders.get(id) as { body: string }), status: 'confirmed' })
    const second = await place(ada, key, { prefer: 'wait=5' })
    expect([second.status, second.body['orderId'], second.body['status']]).toEqual([201, id, 'confirmed'])
    expect([second.headers.get('preference-applied'), second.headers.get('idempotency-replayed')]).toEqual(['wait=5', 'true'])
  })

  it('waits again for an order that has not ended', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const { body: first } = await place(ada, key, { prefer: 'wait=0' })
    const waiting = place(ada, key, { prefer: 'wait=10' })
    await eventually(() => expect(gateway.services.order.seen.length).toBeGreaterThanOrEqual(3))
    gateway.publish(String(first['orderId']), 'OrderCancelled', { reason: 'out_of_stock' })
    expect(await waiting).toMatchObject({ status: 201, body: { orderId: first['orderId'], status: 'cancelled', reason: 'out_of_stock' } })
  })

  it('makes one return of an order, whose saga stays the order’s', async () => {
    const [ada, key, orderId] = [await gateway.token(), newId(), newId()]
    const { order } = gateway.services
    order.says = ({ headers }) => ({ status: 201, body: { returnId: headers['creation-id'] } })
    const giveBack = (as = ada, headers: Record<string, string> = { 'idempotency-key': key }) =>
      gateway.ask(`/orders/${orderId}/returns`, { as, body: { reason: 'Too short.' }, headers })
    const answers = [await giveBack(), await giveBack()]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(new Set(answers.map(({ body }) => body['returnId'])).size).toBe(1)
    expect(made()).toEqual(new Set([orderId]))
    // The id is the gateway's to say.
    const other = await giveBack(ada, { 'creation-id': key })
    expect([answers[0]?.body['returnId'], key]).not.toContain(other.body['returnId'])
  })

  it('refuses another body with 422', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    await place(ada, key)
    const other = await place(ada, key, { body: { ...newOrder, payment: { method: 'paypal' } } })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(gateway.services.order.seen).toHaveLength(1)
  })

  it('is each user’s own, and another one for another kind of thing', async () => {
    const key = newId()
    const [ada, bob] = [await gateway.token(), await gateway.token()]
    const [first, second] = [await place(ada, key), await place(bob, key)]
    expect(first.body['orderId']).not.toBe(second.body['orderId'])
    gateway.services.payment.says = () => ({ status: 201, body: {} })
    const refund = await gateway.ask(`/payments/${newId()}/refunds`, { as: ada, body: {}, headers: { 'idempotency-key': key } })
    expect(refund.status).toBe(201)
    expect(gateway.services.payment.seen.at(-1)?.headers['saga-id']).not.toBe(first.body['orderId'])
  })

  it('makes one order of two hundred requests at the same time, and tells all of them', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const answers = await Promise.all(Array.from({ length: 200 }, () => place(ada, key)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body['orderId'])).size).toBe(1)
    expect(made().size).toBe(1)
    // Those that come while it is under way take no room at the service.
    expect(
      gateway.services.order.seen.filter(({ method, headers }) => method === 'POST' && headers['saga-id'] === answers[0]?.body['orderId'])
        .length,
    ).toBeLessThan(20)
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

describe('without what Redis remembers', () => {
  // fault: idempotency without Redis
  it('a key still makes one order, and refuses another body by what the service says', async () => {
    const [ada, key] = [await gateway.token(), newId()]
    const first = await place(ada, key)
    await redis.flushdb()
    const second = await place(ada, key)
    expect([second.status, second.body]).toEqual([201, first.body])
    await redis.flushdb()
    const other = await place(ada, key, { body: { ...newOrder, payment: { method: 'paypal' } } })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    // What was refused has not become what the key stands for.
    expect((await place(ada, key)).body).toEqual(first.body)
    expect(made().size).toBe(1)
  })

  // fault: idempotency without Redis
  it.each([
    ['gone', 'redis://127.0.0.1:9'],
    ['silent', undefined],
  ])('a key makes one order while Redis is %s', async (_what, url) => {
    const silent = await silentServer()
    const alone = await startGateway({ redisUrl: url ?? silent.url })
    try {
      alone.services.order.says = gateway.services.order.says
      const [ada, key] = [await alone.token(), newId()]
      const start = performance.now()
      const [first, second] = [await place(ada, key, {}, alone), await place(ada, key, {}, alone)]
      expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
      expect(performance.now() - start).toBeLessThan(4000)
    } finally {
      await alone.stop()
      silent.close()
    }
  })

  // fault: idempotency without Redis
  it('a key is answered as before when Redis stopped in the middle, and when it goes on', async () => {
    const proxy = await pausable(new URL(process.env['REDIS_URL'] ?? ''))
    const own = await startGateway({ redisUrl: proxy.url })
    try {
      own.services.order.says = gateway.services.order.says
      const [ada, key] = [await own.token(), newId()]
      const first = await place(ada, key, {}, own)
      proxy.pause()
      const start = performance.now()
      const paused = await place(ada, key, {}, own)
      // It was asked, and kept silent.
      expect(performance.now() - start).toBeGreaterThan(400)
      proxy.resume()
      const after = await place(ada, key, {}, own)
      expect([paused, after].map(({ status, body }) => [status, body])).toEqual([
        [201, first.body],
        [201, first.body],
      ])
    } finally {
      await own.stop()
      proxy.close()
    }
  })
})
