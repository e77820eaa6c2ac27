import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, jwksUrlsOf, opsRoutes, readyBy } from '@murmuration/http'
import { captureRoutes } from './routes.ts'
import type { Requests } from './store/requests.ts'
import { webhookRoutes } from './webhooks/routes.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  requests: Requests
  /** Base URLs of the user service. */
  userUrls: readonly string[]
  webhookSecret: string
}

/** Puts the service together over its runtime and database. */
export function channelApp({ runtime, requests, userUrls, webhookSecret }: Parts) {
  const known = authenticate({ jwksUrls: jwksUrlsOf(userUrls) })
  return createApp({
    name: 'channel',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    before: [webhookRoutes({ execute: (command, input) => runtime.execute(command, input), requests, secret: webhookSecret })],
    routes: [captureRoutes({ requests, authenticate: known }), opsRoutes({ parking: runtime.parking, authenticate: known })],
  })
}
