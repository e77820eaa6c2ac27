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
  ['POST', `/api/v1/users/${id}/suspend`],
])('takes the saga of %s %s from its path', (method, url) => {
  expect(sagaOf(request(method, url))).toBe(id)
})

it.each(['/api/v1/orders', '/api/v1/orders?x', '/api/v1/products', '/api/v1/auth/register', `/api/v1/payments/${id}/refunds`])(
  'mints one for POST %s, once for each request',
  (url) => {
    const one = request('POST', url)
    expect(sagaOf(one)).toMatch(/^[0-9a-f-]{36}$/)
    expect(sagaOf(one)).toBe(sagaOf(one))
    expect(sagaOf(request('POST', url))).not.toBe(sagaOf(one))
  },
)

it('makes the id of a registration of its idempotency key', () => {
  const registering = (key: string) => Object.assign(request('POST', '/api/v1/auth/register'), { headers: { 'idempotency-key': key } })
  expect(sagaOf(registering('a'))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(sagaOf(registering('a'))).toBe(sagaOf(registering('a')))
  expect(sagaOf(registering('b'))).not.toBe(sagaOf(registering('a')))
})

it('has none for the rest', () => {
  for (const url of ['/api/v1/orders', '/api/v1/users/me', '/docs', `/api/v1/payments/${id}`, '/api/v1/orders/17'])
    expect(sagaOf(request('GET', url))).toBeUndefined()
})
