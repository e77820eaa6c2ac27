import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { newId } from '@murmuration/http'
import { expect, it } from 'vitest'
import { sagaOf } from './saga.ts'

const request = (method: string, url: string) => Object.assign(new IncomingMessage(new Socket()), { method, url })
const id = newId()

it.each([
  ['GET', `/api/v1/orders/${id}`],
  ['GET', `/api/v1/orders/${id.toUpperCase()}?x=1`],
  ['POST', `/api/v1/orders/${id}/cancel`],
  ['GET', `/api/v1/orders/${id}/events`],
  ['POST', `/api/v1/orders/${id}/returns`],
  ['POST', `/api/v1/users/${id}/suspend`],
])('takes the saga of %s %s from its path', (method, url) => {
  expect(sagaOf(request(method, url))).toBe(id)
})

it.each([
  '/api/v1/orders',
  '/api/v1/orders?x',
  '/api/v1/products',
  '/api/v1/auth/register',
  `/api/v1/payments/${id}/refunds`,
  `/api/v1/payments/${id}/refunds/${id}/retry`,
])('mints one for POST %s, once for each request', (url) => {
  const one = request('POST', url)
  expect(sagaOf(one)).toMatch(/^[0-9a-f-]{36}$/)
  expect(sagaOf(one)).toBe(sagaOf(one))
  expect(sagaOf(request('POST', url))).not.toBe(sagaOf(one))
})

const tokenOf = (sub: unknown) => `Bearer e30.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.c2ln`
const keyed = (url: string, key: string, authorization?: string) =>
  sagaOf(Object.assign(request('POST', `/api/v1${url}`), { headers: { 'idempotency-key': key, ...(authorization && { authorization }) } }))

it('makes the id of what is created of the user, the kind and the idempotency key', () => {
  const [ada, bob] = [tokenOf('ada'), tokenOf('bob')]
  const first = keyed('/orders', 'a', ada)
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(keyed('/orders/', 'a', ada)).toBe(first)
  const others = [
    keyed('/orders', 'b', ada),
    keyed('/orders', 'a', bob),
    keyed('/products', 'a', ada),
    keyed(`/payments/${id}/refunds`, 'a', ada),
    keyed('/inventory/x/restock', 'a', ada),
  ]
  expect(new Set([first, ...others]).size).toBe(6)
  // The same wish, or another one, which its service refuses.
  expect(keyed('/inventory/y/restock', 'a', ada)).toBe(others.at(-1))
})

it('makes the id of a registration of its key alone', () => {
  expect(keyed('/auth/register', 'a', tokenOf('ada'))).toBe(keyed('/auth/register', 'a'))
  expect(keyed('/auth/register', 'b')).not.toBe(keyed('/auth/register', 'a'))
})

it.each([undefined, 'Bearer', 'Bearer x.y.z', 'Basic YTpi', tokenOf(undefined), tokenOf(7), `Bearer e30.${'%'}.c`])(
  'makes no id of a key when nobody is named by %s',
  (authorization) => {
    expect(keyed('/orders', 'a', authorization)).not.toBe(keyed('/orders', 'a', authorization))
  },
)

it('has none for the rest', () => {
  for (const url of ['/api/v1/orders', '/api/v1/users/me', '/docs', `/api/v1/payments/${id}`, '/api/v1/orders/17'])
    expect(sagaOf(request('GET', url))).toBeUndefined()
})
