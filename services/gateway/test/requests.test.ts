import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@murmuration/http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endpoints } from '../src/api/index.ts'
import { type Harness, newOrder, orderOf, startGateway } from './harness.ts'

let gateway: Harness
let ada: string
let admin: string
beforeAll(async () => {
  gateway = await startGateway()
  ada = await gateway.token()
  admin = await gateway.token(newId(), 'admin')
})
afterAll(() => gateway.stop())
beforeEach(() => {
  for (const service of Object.values(gateway.services)) {
    service.seen.length = 0
    service.says = () => ({ body: {} })
  }
})
const nothingWasSent = () => expect(Object.values(gateway.services).flatMap(({ seen }) => seen)).toEqual([])

describe('forwarding', () => {
  // row 11
  it('places an order under an id of its own, with the token and without what the client claims', async () => {
    const { order } = gateway.services
    order.says = ({ headers }) => {
      const id = String(headers['saga-id'])
      return { status: 201, body: orderOf(id), headers: { location: `/orders/${id}`, 'set-cookie': 'a=b' } }
    }
    const forged = {
      'saga-id': newId(),
      'x-user-id': newId(),
      'x-forwarded-for': '1.2.3.4',
      'client-address': '9.9.9.9',
      'x-request-id': 'request-0017',
    }
    const answer = await gateway.ask('/orders', { as: ada, body: newOrder, headers: forged })
    expect(answer.status).toBe(201)
    const [sent] = order.seen
    expect(sent).toMatchObject({ method: 'POST', path: '/orders', body: JSON.stringify(newOrder) })
    expect(sent?.headers).toMatchObject({ authorization: `Bearer ${ada}`, 'x-request-id': 'request-0017' })
    expect(sent?.headers['saga-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(sent?.headers['saga-id']).not.toBe(forged['saga-id'])
    expect(sent?.headers['client-address']).toContain('127.0.0.1')
    expect(sent?.headers).not.toHaveProperty('x-user-id')
    expect(sent?.headers).not.toHaveProperty('x-forwarded-for')
    expect(answer.headers.get('location')).toBe(`/api/v1/orders/${String(sent?.headers['saga-id'])}`)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('x-request-id')).toBe('request-0017')
  })

  it.each([
    ['GET', '/orders?limit=5', 'order', '/orders?limit=5'],
    ['GET', '/users/me', 'user', '/users/me'],
    ['GET', '/products?category=desk&limit=2', 'product', '/products?category=desk&limit=2'],
    ['GET', '/inventory/KB-87', 'inventory', '/stock/KB-87'],
  ] as const)('sends %s %s to the %s service as %s', async (method, path, service, there) => {
    expect((await gateway.ask(path, { method, as: ada })).status).toBe(200)
    expect(gateway.services[service].seen.map((seen) => [seen.method, seen.path])).toEqual([[method, there]])
  })

  it('passes a refusal of a service on as it is', async () => {
    const id = newId()
    gateway.services.order.says = () => ({ status: 409, body: { code: 'order_is_final', status: 409 } })
    const answer = await gateway.ask(`/orders/${id}/cancel`, { method: 'POST', as: ada })
    expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([
      409,
      'order_is_final',
      'application/problem+json',
    ])
    expect(gateway.services.order.seen[0]?.headers['saga-id']).toBe(id)
  })

  it('shows the history of an order', async () => {
    const id = newId()
    gateway.services.order.says = () => ({ body: orderOf(id) })
    const { body } = await gateway.ask(`/orders/${id}/history`, { as: ada })
    expect(body).toEqual({ orderId: id, status: 'pending', items: [{ status: 'pending', at: '2026-11-21T10:00:00.000Z' }] })
  })

  it('looks a product up without a token, even with a bad one', async () => {
    expect((await gateway.ask(`/products/${newId()}`, { as: 'a.b.c' })).status).toBe(200)
    expect(gateway.services.product.seen[0]?.headers).not.toHaveProperty('authorization')
  })
})

describe('refusing', () => {
  it.each<[string, Record<string, string>]>([
    ['alg none', { alg: 'none' }],
    ['an unknown key', { kid: 'unknown' }],
    ['a jku', { jku: 'http://127.0.0.1:9/keys' }],
    ['an x5u', { x5u: 'http://127.0.0.1:9/cert' }],
  ])('refuses a token with %s', async (_what, header) => {
    const token = await gateway.issuer.token({ sub: newId() }, header['alg'] ? {} : header)
    const [, payload] = token.split('.')
    const forged = header['alg']
      ? `${Buffer.from(JSON.stringify({ alg: 'none', kid: 'key-1', typ: 'at+jwt' })).toString('base64url')}.${payload}.AA`
      : token
    const fetches = gateway.issuer.fetches()
    expect((await gateway.ask('/orders', { as: forged })).status).toBe(401)
    expect(gateway.issuer.fetches() - fetches).toBeLessThanOrEqual(1)
    nothingWasSent()
  })

  // row 2
  it('refuses expired tokens, foreign audiences and no token at all', async () => {
    for (const claims of [{ exp: 1 }, { aud: 'elsewhere' }, { iss: 'somebody' }]) {
      const token = await gateway.issuer.token({ sub: newId(), ...claims })
      expect((await gateway.ask('/orders', { as: token, body: newOrder })).status).toBe(401)
    }
    const none = await gateway.ask('/orders', { body: newOrder, headers: { 'x-user-id': newId() } })
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    nothingWasSent()
  })

  // row 5
  it.each(['total', 'price', 'status', 'role', 'userId'])('refuses %s in the body, naming it', async (field) => {
    const answer = await gateway.ask('/orders', { as: ada, body: { ...newOrder, [field]: 1 } })
    expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, [field]])
    nothingWasSent()
  })

  // row 7
  it.each(['0', '-1', '1.5', '1e309', '9007199254740992', '"1"'])('refuses the quantity %s, naming it', async (quantity) => {
    const raw = JSON.stringify(newOrder).replace('"quantity":2', `"quantity":${quantity}`)
    const answer = await gateway.ask('/orders', { as: ada, raw })
    expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, ['items/0/quantity']])
    nothingWasSent()
  })

  // row 16
  it.each(['4111111111111111', '4111 1111 1111 1111', 'my card: 5555-5555-5555-4444.'])(
    'refuses the card number in "%s", naming the field and not the number',
    async (text) => {
      const answer = await gateway.ask('/orders', {
        as: ada,
        body: { ...newOrder, shippingAddress: { ...newOrder.shippingAddress, line2: text } },
      })
      expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, ['shippingAddress/line2']])
      expect(JSON.stringify(answer.body)).not.toContain(text)
      nothingWasSent()
    },
  )

  // row 7
  it('refuses unknown currencies, part cents and too much, naming them', async () => {
    for (const [amount, currency, field] of [
      [100, 'XXX', 'amount/currency'],
      [1.005, 'EUR', 'amount/amount'],
      [0, 'EUR', 'amount/amount'],
      [2 ** 53, 'EUR', 'amount/amount'],
    ] as const) {
      const answer = await gateway.ask(`/payments/${newId()}/refunds`, { as: ada, body: { amount: { amount, currency } } })
      expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, [field]])
    }
    nothingWasSent()
  })

  // fault: formats
  it('refuses countries that are none, and names and places of blanks, naming them', async () => {
    const shippingAddress = { name: 'Ada', line1: '1 Main St', city: 'Berlin', postalCode: '10115', country: 'DE' }
    for (const [field, value] of [
      ['country', 'ZZ'],
      ['name', '   '],
      ['line1', '\u3000'],
      ['city', '\u200b'],
      ['postalCode', '\u00a0'],
    ] as const) {
      const body = {
        items: [{ productId: newId(), quantity: 1 }],
        payment: { method: 'paypal' },
        shippingAddress: { ...shippingAddress, [field]: value },
      }
      const answer = await gateway.ask('/orders', { as: ada, body })
      expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, [`shippingAddress/${field}`]])
    }
    nothingWasSent()
  })

  // row 6
  it('refuses users where only administrators may, and methods that do not exist', async () => {
    expect((await gateway.ask(`/users/${newId()}/suspend`, { method: 'POST', as: ada })).status).toBe(403)
    expect((await gateway.ask('/risk/rules', { as: ada })).status).toBe(403)
    expect((await gateway.ask('/risk/rules', { as: admin })).status).toBe(200)
    const wrong = await gateway.ask(`/orders/${newId()}`, { method: 'DELETE', as: ada })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await gateway.ask('/nowhere', { as: ada })).status).toBe(404)
  })

  // row 8
  it('refuses bodies that are too large, too deep or too long', async () => {
    const large = await gateway.ask('/orders', { as: ada, raw: JSON.stringify({ items: 'x'.repeat(5_000_000) }) })
    expect(large.status).toBe(413)
    expect((await gateway.ask('/orders', { as: ada, raw: '['.repeat(10_000) })).status).toBe(400)
    const lines = Array.from({ length: 1000 }, () => newOrder.items[0])
    const long = await gateway.ask('/orders', { as: ada, body: { ...newOrder, items: lines } })
    expect([long.status, long.body.errors?.map((error) => error.field)]).toEqual([400, ['items']])
    expect((await gateway.ask('/orders?limit=1e9', { as: ada })).status).toBe(400)
    nothingWasSent()
  })

  it.each([
    ['/orders?limit=0x10', 'limit'],
    ['/orders?limit=5&limit=6', 'limit'],
    ['/orders?offset=3', 'offset'],
    ['/products?category=%ff', 'category'],
    ['/products?minPrice=1e2', 'minPrice'],
    ['/users/me?verbose=1', 'verbose'],
    [`/orders/${newId()}?verbose=1`, 'verbose'],
  ])('refuses %s, naming %s', async (path, field) => {
    const answer = await gateway.ask(path, { as: ada })
    expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, [field]])
    nothingWasSent()
  })

  it.each([
    ['__proto__', '{"__proto__":{"a":1}}'],
    ['a key twice', '{"items":[],"items":[]}'],
    ['NUL', '{"items":"\\u0000"}'],
    ['no JSON', '{'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('refuses a body with %s', async (_what, raw) => {
    expect((await gateway.ask('/orders', { as: ada, raw })).status).toBe(400)
    nothingWasSent()
  })

  // row 9
  it('refuses other content types', async () => {
    expect((await gateway.ask('/orders', { as: ada, raw: '<a/>', headers: { 'content-type': 'text/xml' } })).status).toBe(415)
  })

  // row 15
  it('takes any traceparent without a fault', async () => {
    for (const traceparent of [
      'rubbish',
      '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      '',
      `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
    ])
      expect(
        (await gateway.ask('/orders', { as: ada, headers: { traceparent, tracestate: 'a=b,,,', baggage: 'user.id=evil' } })).status,
      ).toBe(200)
  })
})

describe('limits and headers', () => {
  // row 10
  it('slows one user down, and nobody else', async () => {
    // A Redis database of its own: what the other tests ask for comes from the same address.
    const redisUrl = new URL('/7', process.env['REDIS_URL']).href
    const own = await startGateway({ redisUrl, limits: { perSecond: 2, burst: 5 } })
    try {
      const [greedy, modest] = [await own.token(), await own.token()]
      const answers = await Promise.all(Array.from({ length: 100 }, () => own.ask('/orders', { as: greedy })))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]))
      for (const { status, headers } of answers) if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      // The address is the same one here, so its bucket is empty too; it fills within a second.
      await new Promise((resolve) => setTimeout(resolve, 1100))
      expect((await own.ask('/orders', { as: modest })).status).toBe(200)
    } finally {
      await own.stop()
    }
  })

  it('lets in new requests after hundreds of clients went away in the middle of theirs', async () => {
    const port = Number(new URL(gateway.url).port)
    const cut = () =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          // The second one waits behind the first: its answer never closes.
          socket.write('GET /api/v1/products?limit=none HTTP/1.1\r\nhost: gateway\r\n\r\n'.repeat(2), () => socket.destroy())
        })
        socket.once('close', () => resolve())
      })
    await Promise.all(Array.from({ length: 300 }, cut))
    // From here on what has come first would be late.
    await sleep(1_100)
    expect((await gateway.ask('/products')).status).toBe(200)
  })

  it('sends security headers, lets browsers call, and does not say what it is made of', async () => {
    const answer = await gateway.ask('/products', { headers: { origin: 'https://shop.example.org' } })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('x-powered-by')).toBeNull()
    const preflight = await gateway.ask('/orders', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example.org', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
  })

  it.each([...new Set(endpoints.map(({ path }) => path))])('answers HEAD and OPTIONS of %s at once', async (path) => {
    const address = `${path === '/payments' ? `${path}?orderId=${newId()}` : path}`
      .replace('{sku}', 'KB-87')
      .replaceAll(/\{\w+\}/g, newId())
    const methods = endpoints.filter((endpoint) => endpoint.path === path).map(({ method }) => method)
    const start = performance.now()
    const head = await gateway.ask(address, { method: 'HEAD', as: admin })
    expect(head.status).toBe(methods.includes('get') ? 200 : 405)
    expect(head.body).toEqual({ text: '' })
    expect((await gateway.ask(address, { method: 'OPTIONS', as: admin })).status).toBe(204)
    expect(performance.now() - start).toBeLessThan(1500)
  })

  it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs/'])('answers HEAD and OPTIONS of %s at once', async (path) => {
    for (const method of ['HEAD', 'OPTIONS']) {
      const answer = await fetch(`${gateway.url}${path}`, { method, signal: AbortSignal.timeout(2500) })
      expect(answer.status).toBeLessThan(300)
      expect(await answer.text()).toMatch(method === 'HEAD' ? /^$/ : /^(GET, ?HEAD)?$/)
    }
  })

  it('describes itself', async () => {
    const { body } = await gateway.ask('/openapi.json')
    expect(Object.keys(body['paths'] as object)).toContain('/api/v1/orders/{id}/cancel')
    expect(JSON.stringify((await gateway.ask('/docs/')).body)).toContain('swagger-ui')
  })
})
