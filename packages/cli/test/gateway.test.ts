import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeStack, fakeStack, type Route } from './fake-stack.ts'
import { murmur } from './murmur.ts'

const orderId = '01a1fdb4-17ad-7dc0-98a1-6881de4f3e6e'
const product = {
  productId: '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02',
  sku: 'KB-87',
  name: 'Keyboard',
  price: { amount: 7990, currency: 'EUR' },
}
const order = (status: string, more = {}) => ({
  orderId,
  status,
  total: { amount: 7990, currency: 'EUR' },
  items: [],
  payment: { method: 'credit_card', paymentId: 'p1' },
  history: [],
  ...more,
})
const catalogue: Record<string, Route> = {
  'GET /api/v1/products': () => [200, { items: [{ ...product, sku: 'SCARCE' }, product], nextCursor: null }],
  'GET /api/v1/inventory/KB-87': () => [200, { sku: 'KB-87', available: 12 }],
  'GET /api/v1/inventory/SCARCE': () => [200, { sku: 'SCARCE', available: 0 }],
}

let stack: FakeStack
afterEach(() => stack.close())
const run = async (routes: Record<string, Route>, ...args: string[]) => {
  stack = await fakeStack({ ...catalogue, ...routes })
  const ran = await murmur([...args, '--json', '--stack', stack.file])
  return { ...ran, json: ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as Record<string, unknown>) }
}

describe('placing an order', () => {
  it('takes a product that is in stock, waits for the end and says how it ended', async () => {
    const { json, exitCode } = await run({ 'POST /api/v1/orders': () => [201, order('confirmed')] }, 'order', 'place', '--wait')
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({ orderId, status: 'confirmed', total: { amount: 7990, currency: 'EUR' }, sku: 'KB-87' })
    expect(json?.['sagaMs']).toBeGreaterThan(0)
    const posted = stack.asked.find(({ path, method }) => method === 'POST' && path === '/api/v1/orders')
    expect(posted?.headers['prefer']).toBe('wait=10')
    expect(posted?.body).toMatchObject({
      items: [{ productId: product.productId, quantity: 1 }],
      payment: { method: 'credit_card' },
      shippingAddress: { country: 'DE' },
    })
  })

  it('is a success, too, when the saga ended in a cancellation', async () => {
    const { json, exitCode } = await run(
      { 'POST /api/v1/orders': () => [201, order('cancelled', { reason: 'payment_failed' })] },
      'order',
      'place',
      '--wait',
      '--method',
      'decline',
    )
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({ status: 'cancelled', reason: 'payment_failed', method: 'decline' })
  })

  it('ends with 1 when the saga does not end in time', async () => {
    const pending: Record<string, Route> = {
      'POST /api/v1/orders': () => [202, order('pending')],
      [`GET /api/v1/orders/${orderId}`]: () => [200, order('pending')],
    }
    const { json, exitCode } = await run(pending, 'order', 'place', '--wait', '0.3')
    expect(exitCode).toBe(1)
    expect(json).toMatchObject({ status: 'pending' })
  })

  it('cancels at the moment the event is seen', async () => {
    let cancelled = false
    const routes: Record<string, Route> = {
      'GET /api/v1/orders': () => [200, { items: [] }],
      'POST /api/v1/orders': () => [201, order('pending')],
      [`GET /api/v1/orders/${orderId}`]: () => [200, cancelled ? order('cancelled', { reason: 'by_customer' }) : order('pending')],
      [`POST /api/v1/orders/${orderId}/cancel`]: () => {
        cancelled = true
        return [200, order('cancelled')]
      },
      [`GET /api/v1/orders/${orderId}/events`]: (_asked, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.write(`event: order\ndata: ${JSON.stringify(order('pending'))}\n\nevent: StockReserved\ndata: {}\n\n`)
        setTimeout(() => res.write('event: ChannelCaptured\ndata: {}\n\n'), 50)
        setTimeout(() => res.write('event: OrderCancelled\ndata: {}\n\n'), 100)
        return undefined
      },
    }
    const { json, exitCode } = await run(routes, 'order', 'place', '--cancel-on', 'ChannelCaptured')
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({ status: 'cancelled', reason: 'by_customer' })
  })

  it('ends with 1 when the sku does not exist, and says what to do', async () => {
    const { exitCode, stderr, stdout } = await run({}, 'order', 'place', '--sku', 'NOPE')
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('no product has the sku NOPE')
  })

  it('passes on what the gateway refuses, naming the field', async () => {
    const refusal = {
      code: 'invalid_request',
      detail: 'The request is not valid.',
      errors: [{ field: 'items/0/quantity', expected: 'at most 1000' }],
    }
    const { exitCode, stderr } = await run(
      { 'POST /api/v1/orders': () => [400, refusal], 'GET /api/v1/inventory/KB-87': () => [200, { available: 1e6 }] },
      'order',
      'place',
      '--quantity',
      '1001',
    )
    expect(exitCode).toBe(1)
    expect(stderr).toContain('items/0/quantity: expected at most 1000')
  })
})

describe('tokens', () => {
  it('are kept for the next command, readable for their owner only', async () => {
    await run({ [`GET /api/v1/orders/${orderId}`]: () => [200, order('confirmed')] }, 'order', 'get', orderId)
    await murmur(['order', 'get', orderId, '--stack', stack.file])
    expect(stack.asked.filter(({ path }) => path.endsWith('/auth/login'))).toHaveLength(1)
    expect(statSync(join(stack.folder, 'murmur-tokens.json')).mode & 0o777).toBe(0o600)
  })

  it('that are no longer taken are replaced', async () => {
    let times = 0
    const routes: Record<string, Route> = {
      [`GET /api/v1/orders/${orderId}`]: () => (times++ === 0 ? [401, { code: 'unauthorized', detail: 'no' }] : [200, order('confirmed')]),
    }
    expect((await run(routes, 'order', 'get', orderId)).exitCode).toBe(0)
    expect(stack.asked.filter(({ path }) => path.endsWith('/auth/login'))).toHaveLength(2)
  })
})

describe('parked messages', () => {
  const parked = {
    id: 'order.events/3/17',
    topic: 'order.events',
    partition: 3,
    offset: '17',
    key: 'k',
    status: 'parked',
    eventType: 'OrderPlaced',
    reason: 'malformed',
    detail: 'x',
    body: '{"broken',
    headers: {},
  }
  const id = encodeURIComponent(parked.id)
  const held: Record<string, Route> = {
    'GET /order/ops/parked': () => [200, { items: [{ ...parked, parkedAt: '2026-11-21T10:00:02Z' }] }],
    'GET /inventory/ops/parked': () => [200, { items: [{ ...parked, parkedAt: '2026-11-21T10:00:01Z' }] }],
    [`GET /order/ops/parked/${id}`]: () => [200, parked],
    [`GET /inventory/ops/parked/${id}`]: () => [200, parked],
  }

  it('are listed over all services, oldest first, without their bodies', async () => {
    const { json, exitCode } = await run(held, 'parked', 'list')
    expect(exitCode).toBe(0)
    expect(json).toMatchObject([
      { service: 'inventory', topic: 'order.events', partition: 3, offset: '17', reason: 'malformed' },
      { service: 'order', id: parked.id },
    ])
    expect(JSON.stringify(json)).not.toContain('{\\"broken')
  })

  it('are replayed at each service that holds them, with the repaired data', async () => {
    const handled: Route = () => [200, { results: [{ id: parked.id, outcome: 'handled' }] }]
    const routes = { ...held, 'POST /order/ops/parked/replay': handled, 'POST /inventory/ops/parked/replay': handled }
    stack = await fakeStack({ ...catalogue, ...routes })
    const file = join(import.meta.dirname, 'fixtures/repaired.json')
    const { exitCode, stdout } = await murmur([
      'parked',
      'replay',
      '--id',
      parked.id,
      '--file',
      file,
      '--set',
      'orderId=k',
      '--json',
      '--stack',
      stack.file,
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ failed: 0, results: [{ service: 'inventory' }, { service: 'order' }] })
    const sent = stack.asked.filter(({ path }) => path.endsWith('/replay'))
    expect(sent.map(({ body }) => body)).toEqual(Array(2).fill({ ids: [parked.id], data: { orderId: 'k', n: 1 }, dryRun: false }))
  })

  // fault: repaired replay
  it('that get repaired data at one service say where else they wait for it, and who has taken them as they were', async () => {
    const handled: Route = () => [200, { results: [{ id: parked.id, outcome: 'handled' }] }]
    const file = join(import.meta.dirname, 'fixtures/repaired.json')
    const asked = ['parked', 'replay', '--id', parked.id, '--file', file, '--service', 'order']
    const atBoth: Record<string, Route> = { ...held, 'POST /order/ops/parked/replay': handled }
    const { [`GET /inventory/ops/parked/${id}`]: _, ...atOrder } = atBoth
    const { json, exitCode } = await run(atBoth, ...asked)
    expect([exitCode, json]).toMatchObject([0, { alsoParkedAt: ['inventory'], takenAsItWasBy: [] }])
    expect((await run(atOrder, ...asked)).json).toMatchObject({ alsoParkedAt: [], takenAsItWasBy: ['inventory'] })
  })

  it('that are parked again make the replay end with 1', async () => {
    const again: Route = () => [200, { results: [{ id: parked.id, outcome: 'parked', reason: 'malformed' }] }]
    const { exitCode, json } = await run(
      { ...held, 'POST /order/ops/parked/replay': again },
      'parked',
      'replay',
      '--key',
      'k',
      '--service',
      'order',
    )
    expect(exitCode).toBe(1)
    expect(json).toMatchObject({ failed: 1 })
  })

  it('are shown with 3 when a service does not answer: the list is not whole', async () => {
    const { exitCode, json, stderr } = await run(
      { ...held, 'GET /inventory/ops/parked': () => [503, { code: 'outage', detail: 'later' }] },
      'parked',
      'list',
    )
    expect(exitCode).toBe(3)
    expect(json).toHaveLength(1)
    expect(stderr).toContain('inventory')
  })
})
