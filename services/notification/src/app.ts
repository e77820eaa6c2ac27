import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { preferenceRoutes } from './routes.ts'
import type { StoredWishes } from './store/wishes.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  wishes: StoredWishes
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function notificationApp({ runtime, wishes, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const routes = preferenceRoutes({ execute: (command, input) => runtime.execute(command, input), wishes, authenticate: known })
  return createApp({
    name: 'notification',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
