import { afterEach, describe, expect, it } from 'vitest'
import { type FakeStack, fakeStack, type Route } from './fake-stack.ts'
import { murmur } from './murmur.ts'

const productId = '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02'
const returned = (status: string, more = {}) => ({
  returnId: 'r1',
  status,
  amount: { amount: 7990, currency: 'EUR' },
  lines: [{ productId, sku: 'KB-87', quantity: 1 }],
  ...more,
})

let stack: FakeStack
afterEach(() => stack.close())
const run = async (routes: Record<string, Route>, ...args: string[]) => {
  stack = await fakeStack(routes, ['gateway', 'payment'])
  return murmur([...args, '--stack', stack.file])
}
const sent = (path: string) => stack.asked.find((each) => each.path === path)?.body

describe('a return', () => {
  it('is asked for by sku, and waited for until it is completed', async () => {
    const order = { items: [{ productId, sku: 'KB-87' }], returns: [returned('completed', { refund: 'refunded', restocked: true })] }
    const { stdout, exitCode } = await run(
      { 'GET /api/v1/orders/o1': () => [200, order], 'POST /api/v1/orders/o1/returns': () => [201, returned('requested')] },
      ...['order', 'return', 'o1', '--sku', 'KB-87', '--reason', 'Two keys stick.', '--wait'],
    )
    expect(sent('/api/v1/orders/o1/returns')).toEqual({ items: [{ productId, quantity: 1 }], reason: 'Two keys stick.' })
    expect([exitCode, stdout]).toEqual([0, 'return r1 of 79.90 EUR (1 × KB-87) is completed: refund refunded, goods are back\n'])
  })

  it('is listed and decided on by administrators', async () => {
    const { stdout } = await run(
      { 'GET /api/v1/returns': () => [200, { items: [returned('requested', { orderId: 'o1', reason: 'Two keys stick.' })] }] },
      ...['returns', 'list'],
    )
    expect(stdout).toMatch(/o1 +r1 +79\.90 EUR +1 × KB-87 +Two keys stick\./)
    await stack.close()
    await run(
      { 'POST /api/v1/orders/o1/returns/r1/reject': () => [200, returned('rejected', { rejection: 'Used.' })] },
      ...['returns', 'reject', 'o1', 'r1', '--reason', 'Used.'],
    )
    expect(sent('/api/v1/orders/o1/returns/r1/reject')).toEqual({ reason: 'Used.' })
  })
})

// fault: refund declined
describe('a refund that the provider has declined for good', () => {
  it('is found by doctor, listed, and tried again', async () => {
    const doctor = await run(
      {
        'GET /payment/readyz': () => [200, {}],
        'GET /payment/livez': () => [200, {}],
        'GET /payment/metrics': (_, res) => void res.end('payment_refund_failed{service="payment"} 2\n'),
      },
      'doctor',
    )
    expect(doctor.stdout).toContain('the provider has declined 2 for good: they wait for a person')
    await stack.close()
    const failed = { paymentId: 'p1', refundId: 'f1', orderId: 'o1', amount: { amount: 100, currency: 'EUR' }, detail: 'too_old: No.' }
    expect((await run({ 'GET /api/v1/refunds/failed': () => [200, { items: [failed] }] }, 'refunds', 'list')).stdout).toMatch(
      /p1 +f1 +o1 +1\.00 EUR +too_old: No\./,
    )
    await stack.close()
    const { stdout } = await run(
      { 'POST /api/v1/payments/p1/refunds/f1/retry': () => [201, { refundId: 'f2', status: 'pending' }] },
      ...['refunds', 'retry', 'p1', 'f1'],
    )
    expect(stdout).toBe('tried again as refund f2, which is pending\n')
  })
})
