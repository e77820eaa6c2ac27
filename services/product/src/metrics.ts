import { counter, histogram } from '@murmuration/telemetry'

const queries = counter('product.query.count', { description: 'Queries of the catalogue', unit: '{query}' })
const duration = histogram('product.query.duration', { description: 'Duration of a query of the catalogue' })
const hits = counter('product.cache.hit.count', { description: 'Products that came from the cache', unit: '{product}' })

export const cacheHit = (): void => hits.add()

/** Counts and times a query. @param operation list | get_by_id */
export async function measured<T>(operation: 'list' | 'get_by_id', query: () => Promise<T>): Promise<T> {
  const start = performance.now()
  let outcome = 'error'
  try {
    const result = await query()
    outcome = 'ok'
    return result
  } finally {
    queries.add(1, { operation, outcome })
    duration.record((performance.now() - start) / 1000, { operation })
  }
}
