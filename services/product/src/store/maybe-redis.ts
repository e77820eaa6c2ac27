import type { Redis } from 'ioredis'

/** A Redis that may be gone: nobody waits for it, and its errors end here. */
export interface MaybeRedis {
  /** What `use` gives, or undefined when Redis is not there (or was not there a moment ago). */
  attempt<T>(use: (redis: Redis) => Promise<T>): Promise<T | undefined>
  /** Called at every (re)connection. */
  onReady(listener: () => void): void
}

/** A slow answer is given up after this; make the client with it. */
export const timeoutMs = 100
// After a failure it is left alone for so long: a hung Redis costs one timeout now and then, not one per request.
const pauseMs = 500

/** @param redis a client that fails at once when it is not connected (`connectRedis` of the HTTP kit makes such) */
export function maybeRedis(redis: Redis): MaybeRedis {
  let pausedUntil = 0
  redis.on('ready', () => {
    pausedUntil = 0
  })
  return {
    async attempt(use) {
      if (redis.status !== 'ready' || Date.now() < pausedUntil) return undefined
      try {
        return await use(redis)
      } catch {
        pausedUntil = Date.now() + pauseMs
        return undefined
      }
    },
    onReady: (listener) => void redis.on('ready', listener),
  }
}
