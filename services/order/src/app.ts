import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import type { ReturnRules } from './domain/return-request.ts'
import { returnRoutes } from './return-routes.ts'
import { orderRoutes, type RoutesOptions } from './routes.ts'
import type { Orders } from './store/orders.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  orders: Orders
  returns: ReturnRules
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function orderApp({ runtime, orders, returns, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const parts: RoutesOptions = { execute: (command, input) => runtime.execute(command, input), orders, authenticate: known }
  return createApp({
    name: 'order',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [orderRoutes(parts), returnRoutes({ ...parts, rules: returns }), opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
