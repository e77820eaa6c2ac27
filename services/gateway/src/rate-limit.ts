import { HttpProblem } from '@murmuration/http'
import { limiter } from '@murmuration/http/redis'
import { counter, suppressed } from '@murmuration/telemetry'
import type { RequestHandler } from 'express'
import type { Redis } from 'ioredis'

export interface RateLimits {
  perSecond: number
  /** So many more within ten seconds. */
  burst: number
}

const limited = counter('gateway.rate_limited.count', { description: 'Requests refused by a rate limit' })

/** A bucket for each user and one for each address, kept in Redis for all instances; without Redis in memory, per instance. */
export function rateLimit(redis: Redis, { perSecond, burst }: RateLimits): RequestHandler {
  const common = { redis, points: perSecond, seconds: 1, burst: { points: burst, seconds: 10 } }
  const users = limiter({ ...common, name: 'user' })
  const addresses = limiter({ ...common, name: 'address' })
  return async (req, _res, next) => {
    const userId = req.principal?.userId
    try {
      // Both at once, so that they share a round trip; and without spans, which would be most of every trace.
      await suppressed(() => Promise.all([addresses.take(req.ip ?? ''), userId === undefined ? undefined : users.take(userId)]))
    } catch (error) {
      if (error instanceof HttpProblem) limited.add()
      throw error
    }
    next()
  }
}
