import type { LogReader } from '@murmuration/choreography'
import { type MemoryLog, memoryLog, memoryReader } from '@murmuration/choreography/testing'
import { jwksUrlsOf, type Listening, listen, newId, tokenVerifier } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import type { ServiceName } from '../src/api/endpoint.ts'
import { gatewayApp } from '../src/app.ts'
import { follower } from '../src/events/follower.ts'
import { outcomes } from '../src/events/outcomes.ts'
import { story, storyTopics } from '../src/events/story.ts'
import { tail } from '../src/events/tail.ts'
import { idempotencyKeys } from '../src/idempotency.ts'
import type { RateLimits } from '../src/rate-limit.ts'
import { streams } from '../src/stream.ts'
import { suspensions } from '../src/suspensions.ts'
import { type PoolTimes, pool } from '../src/upstream/pool.ts'
import { readinessOf } from '../src/upstream/readiness.ts'
import { type FakeService, fakeService } from './fake-service.ts'

export interface Answered {
  status: number
  headers: Headers
  body: Record<string, unknown> & { code?: string; errors?: { field: string }[] }
}
export interface Ask {
  method?: string
  as?: string
  body?: unknown
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

/** The gateway over fake services, a real Redis and the log in memory. */
export interface Harness {
  url: string
  log: MemoryLog
  issuer: TestIssuer
  services: Record<ServiceName, FakeService>
  ask(path: string, ask?: Ask): Promise<Answered>
  /** Who is suspended, as the user service says; the gateway asks ten times a second. */
  suspended: Set<string>
  token(userId?: string, role?: 'user' | 'admin'): Promise<string>
  /** Publishes an event of an order's saga. Returns its id. */
  publish(orderId: string, type: string, data?: object, topic?: string, headers?: Record<string, string>): string
  /** Whether the log lets itself be read. */
  reading: { away: boolean; reads: number }
  http: Listening
  stop(): Promise<void>
}

interface Options {
  redisUrl?: string
  limits?: RateLimits
  more?: Partial<Record<ServiceName, string[]>>
  times?: PoolTimes
  /** Another gateway of the same shop: with its log and its users. */
  beside?: Harness
}

function readerOf(log: MemoryLog, reading: Harness['reading']): LogReader {
  const reader = memoryReader(log)
  const there = async <Result>(answer: () => Promise<Result>): Promise<Result> => {
    reading.reads++
    if (reading.away) throw new Error('the log is away')
    return await answer()
  }
  return {
    ...reader,
    offsets: (places, at) => there(() => reader.offsets(places, at)),
    read: (spots, waitMs) => there(() => reader.read(spots, waitMs)),
  }
}

const names: ServiceName[] = ['user', 'product', 'order', 'payment', 'inventory', 'risk']

export async function startGateway({
  redisUrl = process.env['REDIS_URL'] ?? '',
  limits,
  more = {},
  times,
  beside,
}: Options = {}): Promise<Harness> {
  const [issuer, ...fakes] = await Promise.all([beside?.issuer ?? testIssuer(), ...names.map(fakeService)])
  const services = Object.fromEntries(names.map((name, index) => [name, fakes[index]])) as Record<ServiceName, FakeService>
  const redis = connectRedis(redisUrl)
  await redisReady(redis, 300)
  const log = beside?.log ?? memoryLog()
  const orderEvents = tail({ eventLog: log, group: newId(), topics: ['order.events'] })
  await orderEvents.start()
  const reading = { away: false, reads: 0 }
  const told = story({
    follower: follower(readerOf(log, reading), storyTopics),
    reader: readerOf(log, reading),
    ensureTopics: (topics) => log.ensureTopics(topics),
  })
  const ends = outcomes(orderEvents)
  const pools = Object.fromEntries(names.map((name) => [name, pool(name, [services[name].url, ...(more[name] ?? [])], times)]))
  const suspended = new Set<string>()
  const refused = suspensions(async () => [...suspended], 100)
  await refused.start()
  const open = streams(told, refused)
  const app = gatewayApp({
    verify: tokenVerifier({ jwksUrls: jwksUrlsOf([issuer.url]) }),
    suspensions: refused,
    redis,
    limits: limits ?? { perSecond: 5000, burst: 5000 },
    origins: '*',
    trustedProxies: 0,
    readiness: { user: readinessOf([services.user.url]), order: readinessOf([services.order.url, ...(more.order ?? [])]) },
    useful: { product: readinessOf([services.product.url]) },
    pools: pools as Record<ServiceName, ReturnType<typeof pool>>,
    once: idempotencyKeys(redis),
    outcomes: ends,
    streams: open,
  })
  const http = await listen(app)
  return {
    ...{ url: http.url, log, issuer, services, suspended, reading, http },
    token: (userId = newId(), role = 'user') => issuer.token({ sub: userId, role }),
    async ask(path, { method, as, body, raw, headers } = {}) {
      const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const answer = await fetch(
        `${http.url}${path.startsWith('/api') || path.startsWith('/docs') || path.endsWith('.json') ? '' : '/api/v1'}${path}`,
        {
          method: method ?? (sent === undefined ? 'GET' : 'POST'),
          headers: {
            ...(sent !== undefined && { 'content-type': 'application/json' }),
            ...(as !== undefined && { authorization: `Bearer ${as}` }),
            ...headers,
          },
          ...(sent !== undefined && { body: sent }),
        },
      )
      const text = await answer.text()
      const json = answer.headers.get('content-type')?.includes('json')
      return { status: answer.status, headers: answer.headers, body: json && text !== '' ? JSON.parse(text) : { text } }
    },
    publish(orderId, type, data = {}, topic = 'order.events', more = {}) {
      const time = new Date().toISOString()
      const headers = { ce_id: newId(), ce_type: type, ce_source: topic.split('.')[0] ?? '', ce_time: time, ...more }
      log.write(topic, { key: orderId, value: Buffer.from(JSON.stringify({ orderId, ...data })), headers })
      return headers.ce_id
    },
    async stop() {
      ends.release()
      open.end()
      refused.stop()
      await http.close(1000)
      await Promise.all([told.stop(), orderEvents.stop(), beside ? undefined : issuer.close(), ...fakes.map((fake) => fake.close())])
      redis.disconnect()
    },
  }
}

export const newOrder = {
  items: [{ productId: '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02', quantity: 2 }],
  payment: { method: 'credit_card' },
  shippingAddress: { name: 'Ada', line1: 'Street 1', city: 'London', postalCode: 'N1', country: 'GB' },
}

/** As the order service answers. */
export const orderOf = (orderId: string, status = 'pending', more: object = {}) => ({
  ...{
    orderId,
    status,
    total: { amount: 200, currency: 'EUR' },
    items: [],
    history: [{ status: 'pending', at: '2026-11-21T10:00:00.000Z' }],
  },
  ...more,
})
