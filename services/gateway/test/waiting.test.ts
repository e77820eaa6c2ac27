import { newId } from '@murmuration/http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, newOrder, orderOf, startGateway } from './harness.ts'

let gateway: Harness
let ada: string
beforeAll(async () => {
  gateway = await startGateway()
  ada = await gateway.token()
})
afterAll(() => gateway.stop())
beforeEach(() => {
  gateway.services.order.seen.length = 0
})
const place = (prefer: string, more: Record<string, string> = {}) =>
  gateway.ask('/orders', { as: ada, body: newOrder, headers: { prefer, ...more } })

describe('Prefer: wait', () => {
  it.each([
    ['OrderConfirmed', 'confirmed', undefined],
    ['OrderCancelled', 'cancelled', 'out_of_stock'],
    ['OrderFailed', 'failed', 'given up'],
  ])('answers when %s came, even before the order service has answered', async (type, status, reason) => {
    gateway.services.order.says = ({ headers }) => {
      const id = String(headers['saga-id'])
      gateway.publish(id, 'OrderPlaced')
      gateway.publish(id, type, reason === undefined ? {} : { reason })
      return { status: 201, body: orderOf(id), headers: { location: `/orders/${id}` }, after: 50 }
    }
    const answer = await place('wait=5')
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ status, total: { amount: 200 }, ...(reason && { reason }) })
    expect(answer.headers.get('preference-applied')).toBe('wait=5')
    expect(gateway.services.order.seen).toHaveLength(1)
  })

  it('does not mistake another order’s end for its own', async () => {
    gateway.services.order.says = ({ headers, method }) => {
      gateway.publish(newId(), 'OrderConfirmed')
      return { status: method === 'POST' ? 201 : 200, body: orderOf(String(headers['saga-id'])) }
    }
    expect((await place('wait=1')).status).toBe(202)
  })

  it('answers 202 with the present state when the time is over', async () => {
    gateway.services.order.says = ({ headers, method }) => {
      const id = String(headers['saga-id'])
      return method === 'POST' ? { status: 201, body: orderOf(id), headers: { location: `/orders/${id}` } } : { body: orderOf(id, 'paid') }
    }
    const start = performance.now()
    const answer = await place('respond-async, wait=1')
    expect([answer.status, answer.body['status']]).toEqual([202, 'paid'])
    expect(performance.now() - start).toBeGreaterThan(950)
    expect(answer.headers.get('location')).toContain('/api/v1/orders/')
  })

  it('finds the end by looking when the log has not told', async () => {
    gateway.services.order.says = ({ headers, method }) => {
      const id = String(headers['saga-id'])
      return method === 'POST' ? { status: 201, body: orderOf(id) } : { body: orderOf(id, 'confirmed') }
    }
    const answer = await place('wait=10')
    expect([answer.status, answer.body['status']]).toEqual([201, 'confirmed'])
  })

  it.each(['foo; wait=5', 'wait=1e9', 'wait=5abc'])('does not wait for "%s"', async (prefer) => {
    gateway.services.order.says = ({ headers }) => ({ status: 201, body: orderOf(String(headers['saga-id'])) })
    const start = performance.now()
    const answer = await place(prefer)
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([201, null])
    expect(performance.now() - start).toBeLessThan(900)
  })

  it('does not wait for an order that was refused', async () => {
    gateway.services.order.says = () => ({ status: 422, body: { code: 'unknown_product' } })
    const start = performance.now()
    expect((await place('wait=10')).status).toBe(422)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

it('lets waiting requests go when it leaves', async () => {
  const own = await startGateway()
  const token = await own.token()
  own.services.order.says = ({ headers, method }) => ({ status: method === 'POST' ? 201 : 200, body: orderOf(String(headers['saga-id'])) })
  const waiting = own.ask('/orders', { as: token, body: newOrder, headers: { prefer: 'wait=20' } })
  await new Promise((resolve) => setTimeout(resolve, 200))
  const start = performance.now()
  await own.stop()
  expect(performance.now() - start).toBeLessThan(1500)
  expect((await waiting).status).toBe(202)
})
