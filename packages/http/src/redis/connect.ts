import { logger } from '@murmuration/telemetry'
import { Redis } from 'ioredis'

/**
 * A Redis client that never makes a request wait: without connection, commands fail at once, and a slow answer is given up after
 * `timeoutMs` (default 500). It reconnects by itself for ever. Ends with `quit()` or `disconnect()`.
 */
export function connectRedis(url: string, { timeoutMs = 500 }: { timeoutMs?: number } = {}): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 2000,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 100, 2000),
  })
  let there = true
  redis.on('error', (error) => {
    if (there) logger('redis').warn({ err: error }, 'redis is not available')
    there = false
  })
  redis.on('ready', () => {
    if (!there) logger('redis').info('redis is available again')
    there = true
  })
  return redis
}

/** Resolves when the client can be used, or after `patienceMs`: a process starts without Redis too. */
export async function redisReady(redis: Redis, patienceMs = 2000): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
