import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openJournal } from '../src/provider/journal.ts'
import { readEnvironment } from '../src/provider/settings.ts'
import { type Simulator, simulator } from './simulator.ts'

let provider: Simulator
beforeAll(async () => {
  provider = await simulator()
})
afterAll(() => provider.close())

const order = { amount: 1000, currency: 'EUR', method: 'paypal', reference: 'p-1' }
const post = (path: string, body: object | string, key?: string, at = provider) =>
  fetch(at.url + path, {
    method: 'POST',
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

it('gives the same stored answer to the same key and body, and 422 to another body', async () => {
  const first = await post('/v1/charges', order, 'k1')
  expect(first.status).toBe(201)
  const body = await first.json()
  const again = await post('/v1/charges', order, 'k1')
  expect([again.status, await again.json()]).toEqual([201, body])
  expect((await post('/v1/charges', { ...order, amount: 1 }, 'k1')).status).toBe(422)
  expect(await (await fetch(`${provider.url}/v1/charges?idempotencyKey=k1`)).json()).toEqual(body)
  expect((await fetch(`${provider.url}/v1/charges?idempotencyKey=nobody`)).status).toBe(404)
})

it('charges once however many ask at the same time', async () => {
  await provider.set({ latencyMs: 20 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/v1/charges', { ...order, reference: 'p-2' }, 'k2')))
  await provider.set({ latencyMs: 0 })
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
  expect((await provider.statement()).filter((line) => line[3] === 'p-2')).toHaveLength(1)
})

it('declines with 402, and refunds what it charged', async () => {
  const declined = await post('/v1/charges', { ...order, method: 'decline' }, 'k3')
  expect([declined.status, await declined.json()]).toMatchObject([402, { status: 'declined', code: 'card_declined' }])
  const { id } = (await (await post('/v1/charges', order, 'k4')).json()) as { id: string }
  const refund = { chargeId: id, amount: 600, reference: 'r-1' }
  expect((await post('/v1/refunds', refund, 'r4')).status).toBe(201)
  expect((await post('/v1/refunds', refund, 'r4')).status).toBe(201)
  expect((await post('/v1/refunds', { ...refund, amount: 401 }, 'r4-2')).status).toBe(402)
  expect((await post('/v1/refunds', { ...refund, chargeId: 'ch_no' }, 'r4-3')).status).toBe(404)
  expect((await provider.statement()).filter((line) => line[0] === 'refund').map((line) => line.slice(2, 6))).toEqual([
    [id, 'r-1', '600', 'EUR'],
  ])
})

it('makes the charge and cuts the connection when answers get lost', async () => {
  await provider.set({ lostAnswerRate: 1 })
  await expect(post('/v1/charges', order, 'k5')).rejects.toThrow()
  expect((await fetch(`${provider.url}/v1/charges?idempotencyKey=k5`)).status).toBe(200)
  expect((await post('/v1/charges', order, 'k5')).status).toBe(201)
  await provider.set({ lostAnswerRate: 0 })
})

it.each([
  ['{"broken', 'invalid_body'],
  [{ ...order, amount: -1 }, 'invalid_order'],
  [{ ...order, amount: 1.5 }, 'invalid_order'],
  [{ ...order, currency: 'XXX' }, 'invalid_order'],
  [{ ...order, extra: 1 }, 'invalid_order'],
])('refuses the order %j', async (body, code) => {
  const answer = await post('/v1/charges', body, 'bad')
  expect([answer.status, await answer.json()]).toMatchObject([400, { code }])
  expect((await fetch(`${provider.url}/v1/charges?idempotencyKey=bad`)).status).toBe(404)
})

it('refuses orders without a key, settings that it does not know and days that are none', async () => {
  expect((await post('/v1/charges', order)).status).toBe(400)
  await expect(provider.set({ successRate: 2 })).rejects.toThrow('successRate')
  await expect(provider.set({ nothing: 1 } as object)).rejects.toThrow('nothing')
  expect((await fetch(`${provider.url}/v1/statement.csv?day=today`)).status).toBe(400)
})

it('forgets nothing over a restart, and drops only a line that a crash cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'))
  const first = await simulator({ journal: openJournal(folder) })
  const answer = await (await post('/v1/charges', order, 'k6', first)).json()
  await first.close()
  appendFileSync(join(folder, 'book.jsonl'), '{"type":"charge","id":"ch_ha')
  const journal = openJournal(folder)
  expect(journal.entries).toHaveLength(1)
  const second = await simulator({ journal })
  expect(await (await post('/v1/charges', order, 'k6', second)).json()).toEqual(answer)
  await post('/v1/charges', order, 'k7', second)
  await second.close()
  journal.close()
  expect(openJournal(folder).entries.map(({ key }) => key)).toEqual(['k6', 'k7'])
  rmSync(folder, { recursive: true })
})

it('names all settings of its environment that are wrong at once', () => {
  expect(readEnvironment({ PROVIDER_LATENCY_MS: '' })).toMatchObject({
    PROVIDER_LATENCY_MS: 100,
    PROVIDER_SUCCESS_RATE: 0.95,
    PROVIDER_WEBHOOKS: false,
  })
  expect(() => readEnvironment({ PROVIDER_LATENCY_MS: 'soon', PROVIDER_SUCCESS_RATE: '2' })).toThrow(
    /PROVIDER_LATENCY_MS[^]*PROVIDER_SUCCESS_RATE/,
  )
})
