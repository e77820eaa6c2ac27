import { Redis } from 'ioredis'
import { type Fault, nothingToHeal } from './fault.ts'
import { rows } from './rows.ts'

/** Killed for a while, or emptied: sessions, caches, idempotency keys and rate limits are gone. */
export const redisTroubled: Fault = {
  name: 'redis-troubled',
  row: rows.redis,
  draw(random) {
    const target = random.pick(['killed', 'flushed'])
    return { target, forMs: target === 'killed' ? random.between(1000, 4000) : 0 }
  },
  async inject(stage, target) {
    if (target === 'killed') {
      await stage.servers.signal('redis', 'SIGKILL')
      return stage.servers.bringBack
    }
    const redis = new Redis(stage.redis, { lazyConnect: true, maxRetriesPerRequest: 1 })
    try {
      await redis.flushall()
    } finally {
      redis.disconnect()
    }
    return nothingToHeal
  },
}
