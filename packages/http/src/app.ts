import { prometheusHandler } from '@murmuration/telemetry'
import express, { type Express, type RequestHandler, type Router } from 'express'
import { type BodyOptions, jsonBody } from './body.ts'
import { errorHandler } from './errors.ts'
import { healthRoutes, type Readiness } from './health.ts'
import { notFound } from './not-found.ts'
import { refuseUnreadable } from './query.ts'
import { requestId } from './request-id.ts'

export interface AppOptions {
  /** Service's name. */
  name: string
  /** What `/readyz` looks at, by name. */
  readiness?: Readiness
  /** What `/readyz` looks at too, although the service is of use without. */
  useful?: Readiness
  /** Handler of `/metrics`, by default that of the telemetry. */
  metrics?: RequestHandler
  /** Runs before everything else but the request id. */
  before?: readonly RequestHandler[]
  routes: readonly Router[]
  body?: BodyOptions
}

/**
 * An express app with everything that all services do alike: request id, health, metrics, strict JSON bodies, 404/405, and errors as
 * problem+json. `app.locals.closing` true makes `/readyz` say no (`listen` sets it).
 */
export function createApp({ name, readiness = {}, useful, metrics = prometheusHandler, before = [], routes, body }: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.locals['name'] = name
  app.use(requestId)
  app.use(healthRoutes(readiness, () => app.locals['closing'] === true, useful))
  app.get('/metrics', metrics)
  for (const handler of before) app.use(handler)
  app.use(refuseUnreadable, jsonBody(body))
  for (const router of routes) app.use(router)
  app.use(notFound)
  app.use(errorHandler)
  return app
}
