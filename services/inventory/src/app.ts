import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { stockRoutes } from './routes.ts'
import type { Levels } from './store/levels.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  levels: Levels
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function inventoryApp({ runtime, levels, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const routes = stockRoutes({ execute: (command, input) => runtime.execute(command, input), levels, authenticate: known })
  return createApp({
    name: 'inventory',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
