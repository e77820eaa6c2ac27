import { BulkheadRejectedError, bulkhead } from 'cockatiel'
import { overloaded } from '../overload.ts'
import type { Pool } from './pool.ts'

/**
 * Lets only so many requests to a service be under way at a time, and refuses more at once: what is more than the service can do would wait in vain, and make
 * the others wait as well.
 * @throws HttpProblem also 503 `overloaded` with Retry-After
 */
export function bounded(service: string, pool: Pool, limit: number): Pool {
  const room = bulkhead(limit)
  return {
    healthy: () => pool.healthy(),
    async send(request, repeat) {
      try {
        return await room.execute(() => pool.send(request, repeat))
      } catch (error) {
        throw error instanceof BulkheadRejectedError ? overloaded(`${service} service`, error) : error
      }
    },
  }
}
