import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '@murmuration/telemetry'
import type { Versioned } from './catalogue.ts'
import type { MaybeRedis } from './maybe-redis.ts'

const ttlMs = 5 * 60_000
const lockMs = 1000
const lockPollMs = 15
const lockPolls = 4

const keyOf = (productId: string) => `product:${productId}`
const lockOf = (productId: string) => `product-lock:${productId}`

// Stored as "version json". An older version never replaces a newer one, so that a slow reader cannot bring back what a change replaced.
const putNewer = `
local old = redis.call('GET', KEYS[1])
local version = old and tonumber(string.match(old, '^%d+') or '')
if version and version > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1`

const parse = (text: string): Versioned | undefined => {
  const [version = '', json = ''] = text.split(/ (.*)/s)
  try {
    return { version: Number(version), product: JSON.parse(json) }
  } catch {
    return undefined
  }
}

export interface Found {
  readonly found: Versioned | undefined
  readonly from: 'cache' | 'database'
}

export interface ProductCache {
  /** One read for all who ask for the same product at the same time, in this process and (nearly always) in all. */
  get(productId: string): Promise<Found>
  /** After a change: whoever asks from now on gets the changed product. */
  changed(productId: string): Promise<void>
}

/** @param load reads the product from the database */
export function productCache(redis: MaybeRedis, load: (productId: string) => Promise<Versioned | undefined>): ProductCache {
  const flights = new Map<string, Promise<Found>>()
  // Changed while Redis was gone: what it still has of them is old.
  const stale = new Set<string>()

  const read = async (productId: string): Promise<Versioned | undefined | 'gone'> => {
    const text = await redis.attempt((client) => client.get(keyOf(productId)))
    return text === undefined ? 'gone' : text === null ? undefined : parse(text)
  }

  async function loadAndPut(productId: string): Promise<Found> {
    const found = await load(productId)
    if (found === undefined) return { found, from: 'database' }
    const { version, product } = found
    const put = await redis.attempt((client) => client.eval(putNewer, 1, keyOf(productId), version, JSON.stringify(product), ttlMs))
    if (put !== undefined) stale.delete(productId)
    return { found, from: 'database' }
  }

  async function find(productId: string): Promise<Found> {
    if (stale.has(productId)) return loadAndPut(productId)
    const cached = await read(productId)
    if (cached === 'gone') return loadAndPut(productId)
    if (cached !== undefined) return { found: cached, from: 'cache' }
    const lock = await redis.attempt((client) => client.set(lockOf(productId), '1', 'PX', lockMs, 'NX'))
    // Another process is reading it: its answer is here in a moment, or we read it as well.
    for (let poll = 0; lock === null && poll < lockPolls; poll++) {
      await sleep(lockPollMs)
      const other = await read(productId)
      if (other === 'gone') break
      if (other !== undefined) return { found: other, from: 'cache' }
    }
    const loaded = await loadAndPut(productId)
    if (lock === 'OK') await redis.attempt((client) => client.del(lockOf(productId)))
    return loaded
  }

  redis.onReady(() => {
    for (const productId of stale)
      loadAndPut(productId).catch((error) => logger('cache').warn({ productId, error }, 'a changed product is not cached yet'))
  })

  return {
    get(productId) {
      const running = flights.get(productId)
      if (running) return running
      const flight = find(productId).finally(() => {
        if (flights.get(productId) === flight) flights.delete(productId)
      })
      flights.set(productId, flight)
      return flight
    },
    async changed(productId) {
      stale.add(productId)
      // Who asks after the change must not get the answer of a read that began before it.
      flights.delete(productId)
      await loadAndPut(productId)
    },
  }
}
