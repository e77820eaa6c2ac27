import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from './paths.ts'
import type { Report } from './report.ts'
import type { StackState } from './state.ts'

type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

type Request = { method?: string; body?: string; headers?: Record<string, string>; token?: string }

/** One request to the gateway; the answer's body, whatever its status. */
const request = async (url: string, { token, headers: more, ...init }: Request = {}): Promise<{ status: number; body: Json }> => {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...more,
  }
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(40_000) }).catch((error: unknown) => {
    // "fetch failed" alone helps nobody.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Error(`${url} does not answer (${cause instanceof Error ? cause.message : String(cause)})`, { cause: error })
  })
  const body: unknown = await response.json().catch(() => ({}))
  return { status: response.status, body: isJson(body) ? body : {} }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const refusal = (what: string, { status, body }: { status: number; body: Json }): Error =>
  new Error(`${what}: the gateway answered ${status} ${text(body['detail'] ?? body['title'])}`.trim())

const products = async (gateway: string): Promise<Json[]> => {
  const answer = await request(`${gateway}/api/v1/products?limit=20`)
  if (answer.status !== 200) throw refusal('reading the catalogue', answer)
  const items = answer.body['items']
  return Array.isArray(items) ? items.filter(isJson) : []
}

const runSeed = (gateway: string, admin: { email: string; password: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    const folder = join(repositoryRoot, 'services', 'product')
    const env = { ...process.env, GATEWAY_URL: gateway, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
    const child = spawn(process.execPath, [join(folder, 'scripts', 'seed.ts')], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()))
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`the catalogue could not be seeded:\n${said.trim()}`))))
  })

/** Fills the catalogue when it is empty. */
const seed = async (gateway: string, admin: { email: string; password: string }): Promise<Json[]> => {
  const there = await products(gateway)
  if (there.length > 0) return there
  await runSeed(gateway, admin)
  return products(gateway)
}

const login = async (gateway: string, demo: { email: string; password: string }): Promise<string> => {
  const credentials = { email: demo.email, password: demo.password }
  const attempt = () => request(`${gateway}/api/v1/auth/login`, { method: 'POST', body: JSON.stringify(credentials) })
  let answer = await attempt()
  if (answer.status === 401) {
    const registration = { ...credentials, username: 'demo', fullName: 'Demo Customer' }
    const registered = await request(`${gateway}/api/v1/auth/register`, { method: 'POST', body: JSON.stringify(registration) })
    if (registered.status !== 201 && registered.status !== 409) throw refusal('registering the demo user', registered)
    answer = await attempt()
  }
  const token = answer.body['accessToken']
  if (typeof token !== 'string') throw refusal('logging in the demo user', answer)
  return token
}

const shippingAddress = { name: 'Demo Customer', line1: 'Torstraße 140', city: 'Berlin', postalCode: '10119', country: 'DE' }

const place = async (gateway: string, token: string, productId: unknown): Promise<{ status: number; body: Json }> =>
  request(`${gateway}/api/v1/orders`, {
    method: 'POST',
    token,
    headers: { prefer: 'wait=10', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ items: [{ productId, quantity: 1 }], payment: { method: 'credit_card' }, shippingAddress }),
  })

/** How the demo order ended, and how long it took from the request on. */
export type Demo = { orderId: string; status: string; milliseconds: number }

const pauses = [250, 500, 1000, 2000, 2000, 2000]

export type FirstSteps = {
  note: (text: string) => void
  /** Without it only the catalogue is filled. */
  demo: boolean
  /** The order is placed after this: its story is to be seen in Tempo, which takes minutes to build at the very first start. */
  traced: Promise<unknown>
}

/**
 * Fills an empty catalogue, registers the demo user and places an order for them, as a customer would, through the gateway.
 *
 * @throws Error saying what was refused
 */
export const firstSteps = async (state: StackState, { note, demo, traced }: FirstSteps): Promise<Demo | undefined> => {
  const gateway = state.services['gateway']?.url
  if (gateway === undefined || state.admin === undefined || state.demo === undefined) throw new Error('the stack has no gateway')
  note('catalogue')
  const [catalogue, token] = await Promise.all([seed(gateway, state.admin), login(gateway, state.demo)])
  if (!demo) return undefined
  note('waits for Tempo')
  await traced
  note('demo order')
  // At the very first start the order service may not have heard of the products yet; and a product may be sold out by earlier demos.
  for (let attempt = 0; ; attempt += 1) {
    const started = performance.now()
    const product = catalogue[(attempt + Math.floor(Math.random() * 5)) % Math.max(1, catalogue.length)]
    const answer = await place(gateway, token, product?.['productId'])
    const { orderId, status } = answer.body
    const confirmed = status === 'confirmed'
    if (typeof orderId === 'string' && (confirmed || attempt >= pauses.length)) {
      return { orderId, status: String(status), milliseconds: Math.round(performance.now() - started) }
    }
    if (attempt >= pauses.length) throw refusal('placing the demo order', answer)
    note(`demo order, once more (${answer.status} ${text(answer.body['code'] ?? status)})`)
    await new Promise((resolve) => setTimeout(resolve, pauses[attempt]))
  }
}

/** The same; but what runs is of use without a demo order: that it could not be placed is told with its reason, and ends nothing. */
export const tryFirstSteps = async (state: StackState, report: Report, steps: Omit<FirstSteps, 'note'>): Promise<Demo | undefined> => {
  try {
    const ordered = await firstSteps(state, { ...steps, note: (text) => report.note('demo', text) })
    report.done('demo', ordered === undefined ? 'left out' : `${ordered.status} after ${ordered.milliseconds} ms`)
    return ordered
  } catch (error) {
    report.done('demo', 'not placed')
    const reason = error instanceof Error ? error.message : String(error)
    report.warn(`The stack runs, but without a demo order: ${reason}\n\`npm run -s murmur -- doctor\` looks closer.`)
    return undefined
  }
}
