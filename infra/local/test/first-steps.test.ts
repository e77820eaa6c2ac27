import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { tryFirstSteps } from '../src/first-steps.ts'
import { freePort } from '../src/ports.ts'
import { type Report, silent } from '../src/report.ts'
import type { StackState } from '../src/state.ts'

let server: Server | undefined
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

type Answers = Record<string, [number, object]>

const good: Answers = {
  'GET /api/v1/products?limit=20': [200, { items: [{ productId: 'p' }] }],
  'POST /api/v1/auth/login': [200, { accessToken: 't' }],
  'POST /api/v1/orders': [201, { orderId: 'o', status: 'confirmed' }],
}

const gateway = async (answers: Answers): Promise<string> => {
  server = createServer((request, response) => {
    const [status, body] = answers[`${request.method} ${request.url}`] ?? [404, { detail: 'no such thing' }]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const account = { email: 'a@example.com', password: 'p' }
const attempt = async (url: string | undefined, demo = true) => {
  const warned: string[] = []
  const report: Report = { ...silent, warn: (text) => void warned.push(text) }
  const state: StackState = {
    infra: {},
    services: url === undefined ? {} : { gateway: { url, pid: 1, host: 'gateway' } },
    admin: account,
    demo: account,
  }
  const ordered = await tryFirstSteps(state, report, { demo, traced: Promise.resolve() })
  return { ordered, warned: warned.join('\n') }
}

it('places an order when it can', async () => {
  expect(await attempt(await gateway(good))).toMatchObject({ ordered: { orderId: 'o', status: 'confirmed' }, warned: '' })
})

it('places none when it is not to', async () => {
  expect(await attempt(await gateway({ ...good, 'POST /api/v1/orders': [500, {}] }), false)).toEqual({ ordered: undefined, warned: '' })
})

const refusals: [string, Answers, string][] = [
  ['the login is refused', { 'POST /api/v1/auth/login': [429, { detail: 'Too many attempts.' }] }, '429 Too many attempts.'],
  ['the catalogue cannot be read', { 'GET /api/v1/products?limit=20': [503, { title: 'Service Unavailable' }] }, '503 Service Unavailable'],
]

// fault: no demo order
it.each(refusals)('says what is wrong and ends nothing when %s', async (_what, wrong, reason) => {
  const { ordered, warned } = await attempt(await gateway({ ...good, ...wrong }))
  expect(ordered).toBeUndefined()
  expect(warned).toContain('The stack runs, but without a demo order')
  expect(warned).toContain(reason)
})

it('names the address that does not answer, and why', async () => {
  const url = `http://127.0.0.1:${await freePort(0)}`
  expect((await attempt(url)).warned).toMatch(new RegExp(`${url}/api/v1/\\S+ does not answer \\(.*ECONNREFUSED`))
})

it('says so when the stack has no gateway', async () => {
  expect((await attempt(undefined)).warned).toContain('no gateway')
})
