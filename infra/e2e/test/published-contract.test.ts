import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from '@murmuration/local'
import { describe, expect, it } from 'vitest'
import { unpublished } from '../src/check/published.ts'
import { orderBody } from '../src/shop/orders.ts'
import { admin, customer } from '../src/shop/people.ts'
import { product } from '../src/shop/products.ts'
import { ask, insist } from '../src/stack/gateway.ts'

// Every request of every test here is held against the document: see `ask`.
describe('what is published is what is', () => {
  it("takes the README's own order", async () => {
    const [{ token }, goods] = await Promise.all([customer(), product()])
    const readme = await readFile(join(repositoryRoot, 'README.md'), 'utf8')
    const written = /\/orders" .*?-d '(\{.*?\n\})'/s.exec(readme)?.[1]?.replace(`'"$PRODUCT"'`, goods.productId)
    const answer = await ask('POST', '/orders', { token, body: JSON.parse(written ?? ''), headers: { prefer: 'wait=10' } })
    expect([answer.status, answer.body['status'], answer.headers.get('preference-applied')]).toEqual([201, 'confirmed', 'wait=10'])
  })

  it('answers all that is read and changed about users, products, stock, orders, payments and rules', async () => {
    const [buyer, { token: root }, goods] = await Promise.all([customer(), admin(), product()])
    const { token } = buyer
    const order = { token, body: orderBody({ product: goods }), headers: { prefer: 'wait=10', 'idempotency-key': crypto.randomUUID() } }
    const { orderId } = await insist(ask('POST', '/orders', order))
    const again = await ask('POST', '/orders', order)
    expect([again.status, again.body['orderId'], again.headers.get('idempotency-replayed')]).toEqual([201, orderId, 'true'])
    const { items } = await insist(ask('GET', `/payments?orderId=${String(orderId)}`, { token }))
    const [payment] = items as { paymentId: string }[]
    for (const path of [
      '/users/me',
      `/users/${buyer.userId}`,
      '/products?limit=2',
      `/products/${goods.productId}`,
      `/inventory/${goods.sku}`,
      '/orders?limit=1',
      `/orders/${String(orderId)}`,
      `/orders/${String(orderId)}/history`,
      `/payments/${payment?.paymentId}`,
    ])
      expect((await ask('GET', path, { token })).status, path).toBe(200)
    await insist(ask('GET', '/risk/rules', { token: root }))
    await insist(ask('PATCH', `/products/${goods.productId}`, { token: root, body: { price: { amount: 2600, currency: 'EUR' } } }))
    await insist(ask('POST', `/products/${goods.productId}/retire`, { token: root }))
    // What the service has loaded from its rows shows times as all others do.
    await insist(ask('POST', `/users/${buyer.userId}/suspend`, { token: root }))
    await insist(ask('POST', `/users/${buyer.userId}/reactivate`, { token: root }))
    await insist(ask('DELETE', `/users/${buyer.userId}`, { token: root }))
  })

  it('refuses as is written', async () => {
    const [{ token }, goods] = await Promise.all([customer(), product()])
    const refused = async (status: number, code: string, asked: ReturnType<typeof ask>) => {
      const answer = await asked
      expect([answer.status, answer.body['code']]).toEqual([status, code])
    }
    await refused(401, 'unauthorized', ask('GET', '/orders'))
    await refused(403, 'forbidden', ask('GET', '/risk/rules', { token }))
    await refused(400, 'invalid_input', ask('GET', '/orders?limit=0x10', { token }))
    await refused(400, 'invalid_input', ask('GET', '/products?category=%ff'))
    await refused(404, 'order_not_found', ask('GET', `/orders/${goods.productId}`, { token }))
    await refused(401, 'invalid_credentials', ask('POST', '/auth/login', { body: { email: 'nobody@e2e.example', password: 'wrong' } }))
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const order = (quantity: number) => ask('POST', '/orders', { token, body: orderBody({ product: goods, quantity }), headers })
    await insist(order(1))
    await refused(422, 'idempotency_key_reused', order(2))
  })
})

describe('what is not published is found', () => {
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    body,
    headers: new Headers({ 'x-request-id': 'r', 'content-type': 'application/json', ...headers }),
  })
  const stock = { sku: 'a', available: 1, reserved: 0, total: 1, warehouses: [] }
  const asked = { method: 'GET', path: '/api/v1/inventory/a' }

  it('not where all is as it should be', () => {
    expect(unpublished({ ...asked, answer: answer(200, stock) })).toEqual([])
  })

  it.each([
    ['a status', { answer: answer(500, {}) }, 'the status 500'],
    ['a field', { answer: answer(200, { ...stock, secret: 1 }) }, 'secret'],
    ['a missing field', { answer: answer(200, { ...stock, total: undefined }) }, 'total'],
    ['a header', { answer: answer(200, stock, { location: '/api/v1/orders/1' }) }, 'Location'],
    [
      'a missing header',
      { answer: { ...answer(200, stock), headers: new Headers({ 'content-type': 'application/json' }) } },
      'X-Request-Id',
    ],
    ['a type', { answer: answer(200, stock, { 'content-type': 'text/html' }) }, 'text/html'],
    ['an operation', { path: '/api/v1/nowhere', answer: answer(200, stock) }, 'no such operation'],
    ['a parameter', { path: '/api/v1/inventory/a?x=1', answer: answer(200, stock) }, 'parameter x'],
  ])('%s', (_what, change, told) => {
    expect(unpublished({ ...asked, ...change }).join('\n')).toContain(told)
  })
})
