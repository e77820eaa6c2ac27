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
}

export interface Limiter {
  /** Takes one point. @throws HttpProblem 429 with Retry-After when there is none */
  take(key: string): Promise<void>
  /** Gives one point back. */
  giveBack(key: string): Promise<void>
  /** Forgets what was taken. */
  reset(key: string): Promise<void>
}

/** The 429 of a limit that is used up. */
export const tooMany = (msBeforeNext: number) =>
  problem(429, 'too_many_requests', 'Too many requests, try again later.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  })

function window(redis: Redis, keyPrefix: string, points: number, duration: number): RateLimiterRedis {
  const common = { keyPrefix, points, duration }
  return new RateLimiterRedis({
    ...common,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    // What is refused here needs no further question to Redis until the window ends.
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory(common),
  })
}

/** Counts in Redis for all instances together; without Redis each process counts in its own memory. */
export function limiter({ redis, name, points, seconds, burst }: LimiterOptions): Limiter {
  const counter = window(redis, `limit:${name}`, points, seconds)
  const taking = burst ? new BurstyRateLimiter(counter, window(redis, `limit:${name}:burst`, burst.points, burst.seconds)) : counter
  return {
    async take(key) {
      try {
        await taking.consume(key)
      } catch (refused) {
        throw refused instanceof RateLimiterRes ? tooMany(refused.msBeforeNext) : refused
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
