import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { ruleRoutes } from './routes.ts'
import type { StoredRules } from './store/rules.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  stored: StoredRules
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function riskApp({ runtime, stored, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const routes = ruleRoutes({ execute: (command, input) => runtime.execute(command, input), stored, authenticate: known })
  return createApp({
    name: 'risk',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
