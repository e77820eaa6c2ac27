import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy, restatement } from '@murmuration/http'
import type { Redis } from 'ioredis'
import { restateProduct } from './commands/restate-product.ts'
import { productRoutes } from './routes.ts'
import type { Catalogue } from './store/catalogue.ts'
import { maybeRedis } from './store/maybe-redis.ts'
import { productCache } from './store/product-cache.ts'
import { totals } from './store/totals.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  catalogue: Catalogue
  redis: Redis
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime, database and Redis. It is ready without Redis. */
export function productApp({ runtime, catalogue, redis, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const restate = restatement(catalogue.ids, (productId) => runtime.execute(restateProduct, { productId }))
  const routes = productRoutes({
    execute: (command, input) => runtime.execute(command, input),
    catalogue,
    cache: productCache(maybeRedis(redis), catalogue.byId),
    totals: totals(catalogue.count),
    authenticate: known,
  })
  return createApp({
    name: 'product',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, restate, authenticate: known })],
  })
}
