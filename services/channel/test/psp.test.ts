import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transient } from '@murmuration/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pspClient } from '../src/psp/client.ts'
import { authorized, nextId } from './builders.ts'
import { type Simulator, simulator } from './simulator.ts'

let provider: Simulator
beforeAll(async () => {
  provider = await simulator()
})
afterAll(() => provider.close())
afterEach(() => provider.set({ lostAnswerRate: 0, latencyMs: 0 }))

const wanted = (method: 'credit_card' | 'decline' | 'paypal' = 'credit_card') => {
  const { orderId, paymentId, amount } = authorized()
  return { orderId, paymentId, ...amount, method }
}
const call = (key: string, attempt = 1) => ({ key, attempt, signal: new AbortController().signal, sagaId: nextId() })
const chargesOf = async (reference: string) => (await provider.statement()).filter((line) => line[3] === reference)

describe('with the simulator', () => {
  it('charges in one exchange, by method', async () => {
    const psp = pspClient(provider.url)
    provider.requests()
    expect(await psp.capture(wanted(), call('c1'))).toMatchObject({ outcome: 'done', reference: expect.stringMatching(/^ch_/) })
    expect(await psp.capture(wanted('decline'), call('c2'))).toMatchObject({ outcome: 'declined', code: 'card_declined' })
    expect(provider.requests()).toEqual(['POST', 'POST'])
  })

  it('asks when an answer is lost, and has charged once', async () => {
    await provider.set({ lostAnswerRate: 1 })
    provider.requests()
    const request = wanted()
    expect(await pspClient(provider.url).capture(request, call('c3'))).toMatchObject({ outcome: 'done' })
    expect(provider.requests()).toEqual(['POST', 'GET'])
    expect(await chargesOf(request.paymentId)).toHaveLength(1)
  })

  it('asks first when an earlier attempt may have succeeded, and orders only what is not there', async () => {
    const request = wanted()
    const psp = pspClient(provider.url)
    provider.requests()
    const outcome = await psp.capture(request, call('c4', 2))
    expect(provider.requests()).toEqual(['GET', 'POST'])
    expect(await psp.capture(request, call('c4', 3))).toEqual(outcome)
    expect(provider.requests()).toEqual(['GET'])
    expect(await chargesOf(request.paymentId)).toHaveLength(1)
  })

  it('asks when the provider is slower than its patience, and has charged once', async () => {
    await provider.set({ latencyMs: 300 })
    const request = wanted()
    expect(await pspClient(provider.url, { timeoutMs: 100 }).capture(request, call('c5'))).toMatchObject({ outcome: 'done' })
    expect(await chargesOf(request.paymentId)).toHaveLength(1)
  })

  it('refunds, and takes a refusal for a no', async () => {
    const psp = pspClient(provider.url)
    const request = wanted()
    const charged = await psp.capture(request, call('c6'))
    const refund = { ...request, refundId: nextId(), chargeReference: charged.outcome === 'done' ? charged.reference : '' }
    expect(await psp.refund(refund, call('r6'))).toMatchObject({ outcome: 'done', reference: expect.stringMatching(/^re_/) })
    expect(await psp.refund({ ...refund, refundId: nextId() }, call('r6-2'))).toMatchObject({
      outcome: 'declined',
      code: 'amount_exceeds_charge',
    })
    expect(await psp.refund({ ...refund, chargeReference: 'ch_no' }, call('r6-3'))).toMatchObject({
      outcome: 'declined',
      code: 'unknown_charge',
    })
  })

  it('never takes for ours what another order made under the key', async () => {
    const psp = pspClient(provider.url)
    await psp.capture(wanted(), call('c7'))
    await expect(psp.capture(wanted(), call('c7'))).rejects.toThrow('something else under this key')
  })
})

describe('with a broken provider', () => {
  let broken: Server | undefined
  let asked = 0
  const start = async (answer: { status: number; body?: string } | 'silence') => {
    asked = 0
    broken = createServer((_req, res) => {
      asked++
      if (answer !== 'silence') res.writeHead(answer.status).end(answer.body)
    })
    await new Promise<void>((resolve) => broken?.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(broken.address() as AddressInfo).port}`
  }
  afterEach(async () => {
    broken?.closeAllConnections()
    await new Promise((resolve) => broken?.close(resolve))
  })

  it.each([
    { status: 500, body: '{"status":"succeeded"}' },
    { status: 503 },
    { status: 429 },
    { status: 401 },
    { status: 400, body: 'Bad Request' },
    { status: 200, body: '<html>' },
    { status: 201, body: '{"status":"succeeded","id":"","createdAt":"x"}' },
    'silence' as const,
  ])('does not guess after %j', async (answer) => {
    const psp = pspClient(await start(answer), { timeoutMs: 50 })
    await expect(psp.capture(wanted(), call('x'))).rejects.toThrow(Transient)
  })

  it('does not guess when nobody listens', async () => {
    await expect(pspClient('http://127.0.0.1:9').capture(wanted(), call('x'))).rejects.toThrow(Transient)
  })

  it.each([
    ['amount', { amount: 1 }],
    ['currency', { currency: 'USD' }],
    ['method', { method: 'paypal' }],
    ['reference', { reference: 'another' }],
  ])('takes no answer for ours that names another %s', async (field, other) => {
    const request = wanted()
    const { paymentId: reference, amount, currency, method } = request
    const made = { id: 'ch_1', status: 'succeeded', createdAt: '2026-11-21T10:00:00Z', reference, amount, currency, method }
    const psp = pspClient(await start({ status: 201, body: JSON.stringify({ ...made, ...other }) }))
    await expect(psp.capture(request, call('x'))).rejects.toThrow(`another ${field}`)
  })

  it('stops asking a dead provider for one family of methods, not for the others', async () => {
    const psp = pspClient(await start({ status: 503 }))
    for (let n = 0; n < 10; n++) await psp.capture(wanted(), call('x')).catch(() => {})
    const before = asked
    await expect(psp.capture(wanted(), call('x'))).rejects.toThrow('the breaker of card is open')
    expect(asked).toBe(before)
    await psp.capture(wanted('paypal'), call('x')).catch(() => {})
    expect(asked).toBeGreaterThan(before)
  })
})
