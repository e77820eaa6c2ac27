import type { Redis } from 'ioredis'
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { problem } from '../problem.ts'

export interface LimiterOptions {
  redis: Redis
  /** Literal name of what is limited: part of the Redis keys. */
  name: string
  /** So many … */
  points: number
  /** … in so many seconds. */
  seconds: number
  /** So many more in so many seconds. */
  burst?: { points: number; seconds: number }
  /**
   * What is refused takes nothing, so that all that was taken can be given back. Else a refused key is blocked in memory until its window ends, which is
   * cheaper in a flood.
   */
  refundable?: boolean
}

export interface Limiter {
  /** Takes one point. @throws HttpProblem 429 with Retry-After when there is none */
  take(key: string): Promise<void>
  /** Gives one point back, of those that were taken in this window. */
  giveBack(key: string): Promise<void>
  /** Forgets what was taken. */
  reset(key: string): Promise<void>
}

/** The 429 of a limit that is used up. */
export const tooMany = (msBeforeNext: number) =>
  problem(429, 'too_many_requests', 'Too many requests, try again later.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  })

// The library's own, but a point that is given back after its window leaves no credit. A key that has lost its expiry gets one.
const count = `
  local consumed = redis.call('incrby', KEYS[1], ARGV[1])
  if consumed < 0 then
    consumed = 0
    redis.call('set', KEYS[1], 0, 'KEEPTTL')
  end
  local ttl = redis.call('pttl', KEYS[1])
  if ttl < 0 then
    redis.call('expire', KEYS[1], ARGV[2])
    ttl = 1000 * ARGV[2]
  end
  return {consumed, ttl}`

function window(redis: Redis, keyPrefix: string, points: number, duration: number, refundable = false): RateLimiterRedis {
  const common = { keyPrefix, points, duration }
  return new RateLimiterRedis({
    ...common,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    customIncrTtlLuaScript: count,
    // What is refused here needs no further question to Redis until the window ends.
    ...(!refundable && { inMemoryBlockOnConsumed: points + 1 }),
    insuranceLimiter: new RateLimiterMemory(common),
  })
}

/** Counts in Redis for all instances together; without Redis each process counts in its own memory. */
export function limiter({ redis, name, points, seconds, burst, refundable = false }: LimiterOptions): Limiter {
  const counter = window(redis, `limit:${name}`, points, seconds, refundable)
  const taking = burst ? new BurstyRateLimiter(counter, window(redis, `limit:${name}:burst`, burst.points, burst.seconds)) : counter
  return {
    async take(key) {
      try {
        await taking.consume(key)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        if (refundable) await counter.reward(key)
        throw tooMany(refused.msBeforeNext)
      }
    },
    async giveBack(key) {
      await counter.reward(key)
    },
    async reset(key) {
      await counter.delete(key)
    },
  }
}
