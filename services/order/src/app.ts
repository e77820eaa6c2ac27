import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { orderRoutes } from './routes.ts'
import type { Orders } from './store/orders.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  orders: Orders
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function orderApp({ runtime, orders, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const routes = orderRoutes({ execute: (command, input) => runtime.execute(command, input), orders, authenticate: known })
  return createApp({
    name: 'order',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
