import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { paymentRoutes } from './routes.ts'
import type { Payments } from './store/payments.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  payments: Payments
  /** Base URLs of the user service. */
  userUrls: readonly string[]
}

/** Puts the service together over its runtime and database. */
export function paymentApp({ runtime, payments, userUrls }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  const routes = paymentRoutes({ execute: (command, input) => runtime.execute(command, input), payments, authenticate: known })
  return createApp({
    name: 'payment',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [routes, opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
