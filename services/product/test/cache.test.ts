import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { eventually, type FlakyTcp, flakyTcp, uniqueName } from '@murmuration/testing'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Versioned, viewOf } from '../src/store/catalogue.ts'
import { maybeRedis, timeoutMs } from '../src/store/maybe-redis.ts'
import { type ProductCache, productCache } from '../src/store/product-cache.ts'
import { product } from './builders.ts'

const redisUrl = process.env['REDIS_URL'] ?? ''
let way: FlakyTcp
let redis: Redis
let other: Redis
let id = ''
let loads = 0
let stored: Versioned | undefined
let cache: ProductCache
const load = async (): Promise<Versioned | undefined> => {
  loads++
  const seen = stored
  await sleep(20)
  return seen
}
const store = (version: number, amount: number) => (stored = { version, product: viewOf(product({ productId: id, amount })) })
const priceBy = async (of: ProductCache) => (await of.get(id)).found?.product.price.amount

beforeAll(async () => {
  way = await flakyTcp(new URL(redisUrl))
  redis = connectRedis(`redis://127.0.0.1:${way.port}`, { timeoutMs })
  other = connectRedis(redisUrl, { timeoutMs })
  await Promise.all([redisReady(redis), redisReady(other)])
  // Every test makes caches of its own on them.
  for (const each of [redis, other]) each.setMaxListeners(100)
})
afterAll(async () => {
  redis.disconnect()
  other.disconnect()
  await way.close()
})
beforeEach(async () => {
  way.heal()
  await eventually(() => expect(redis.status).toBe('ready'))
  id = uniqueName('product')
  store(1, 100)
  loads = 0
  cache = productCache(maybeRedis(redis), load)
})

describe('with Redis', () => {
  it('reads the database once, and the cache from then on, for five minutes', async () => {
    expect((await cache.get(id)).from).toBe('database')
    expect(await cache.get(id)).toEqual({ found: stored, from: 'cache' })
    expect(loads).toBe(1)
    expect(await other.pttl(`product:${id}`)).toBeGreaterThan(290_000)
  })

  it('reads once for a hundred who ask at the same time, and nearly so for two processes', async () => {
    const second = productCache(maybeRedis(other), load)
    await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 ? cache : second).get(id)))
    expect(loads).toBe(1)
  })

  it('reads by itself when the process that had the lock has died', async () => {
    await other.set(`product-lock:${id}`, '1', 'PX', 5000)
    expect(await priceBy(cache)).toBe(100)
    expect(loads).toBe(1)
  })

  it('shows a change to everybody who asks after it, in every process', async () => {
    const second = productCache(maybeRedis(other), load)
    await Promise.all([cache.get(id), second.get(id)])
    store(2, 200)
    await cache.changed(id)
    expect([await priceBy(cache), await priceBy(second)]).toEqual([200, 200])
  })

  it('is not brought back to the old price by a read that began before the change', async () => {
    const early = cache.get(id)
    await sleep(10)
    store(2, 200)
    await cache.changed(id)
    await early
    expect(await priceBy(cache)).toBe(200)
    expect(await priceBy(productCache(maybeRedis(other), load))).toBe(200)
  })

  it('does not keep that a product is missing', async () => {
    stored = undefined
    expect((await cache.get(id)).found).toBeUndefined()
    store(1, 100)
    expect(await priceBy(cache)).toBe(100)
  })

  it.each(['', 'rubbish', '1 {broken', '1 '])('reads the database when the cache holds %j, and mends it', async (rubbish) => {
    await other.set(`product:${id}`, rubbish)
    expect(await priceBy(cache)).toBe(100)
    expect((await cache.get(id)).from).toBe('cache')
  })
})

describe('without Redis', () => {
  it('answers from the database at once when it is gone', async () => {
    await cache.get(id)
    way.cut()
    await eventually(() => expect(redis.status).not.toBe('ready'))
    const start = performance.now()
    for (let n = 0; n < 5; n++) expect((await cache.get(id)).from).toBe('database')
    expect(performance.now() - start).toBeLessThan(5 * 20 + 100)
  })

  it('waits for a hung one once, not for every request', async () => {
    way.hang()
    const start = performance.now()
    for (let n = 0; n < 8; n++) expect(await priceBy(cache)).toBe(100)
    expect(performance.now() - start).toBeLessThan(8 * 20 + timeoutMs + 150)
  })

  it('shows no old price when it comes back, although the change happened without it', async () => {
    await cache.get(id)
    way.cut()
    await eventually(() => expect(redis.status).not.toBe('ready'))
    store(2, 200)
    await cache.changed(id)
    expect(await priceBy(cache)).toBe(200)
    way.heal()
    await eventually(() => expect(redis.status).toBe('ready'))
    expect(await priceBy(cache)).toBe(200)
    await eventually(async () => expect(await priceBy(productCache(maybeRedis(other), load))).toBe(200))
  })

  it('passes on that the database does not answer', async () => {
    const broken = productCache(maybeRedis(redis), async () => {
      throw new Error('no database')
    })
    await expect(broken.get(id)).rejects.toThrow('no database')
    await expect(broken.get(id)).rejects.toThrow('no database')
  })
})
