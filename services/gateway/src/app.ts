import { createApp, type Readiness, type TokenVerifier } from '@murmuration/http'
import cors from 'cors'
import type { Express, RequestHandler } from 'express'
import helmet from 'helmet'
import type { Redis } from 'ioredis'
import { prefix } from './api/endpoint.ts'
import { docsRoutes } from './docs.ts'
import { baggage, identify } from './identify.ts'
import { type RateLimits, rateLimit } from './rate-limit.ts'
import { apiRoutes, type Behind } from './routes.ts'
import type { Suspensions } from './suspensions.ts'

export interface AppParts extends Behind {
  verify: TokenVerifier
  suspensions: Suspensions
  redis: Redis
  limits: RateLimits
  /** `*` or a comma list. */
  origins: string
  trustedProxies: number
  readiness: Readiness
  /** What is looked at too, but the gateway is of use without. */
  useful?: Readiness
}

const onlyApi =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    req.path.startsWith(prefix) ? handler(req, res, next) : next()

/** The gateway over what is behind it. */
export function gatewayApp({
  verify,
  suspensions,
  redis,
  limits,
  origins,
  trustedProxies,
  readiness,
  useful = {},
  ...behind
}: AppParts): Express {
  // Served over plain HTTP on a developer's machine: browsers must not be told to want HTTPS there.
  const security = helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } })
  const crossOrigin = cors({
    origin: origins === '*' ? '*' : origins.split(',').map((origin) => origin.trim()),
    exposedHeaders: ['Location', 'X-Request-Id', 'Retry-After', 'Idempotency-Replayed', 'Preference-Applied'],
    maxAge: 600,
  })
  const app = createApp({
    name: 'gateway',
    readiness,
    useful,
    before: [security, crossOrigin, ...[identify(verify, suspensions), rateLimit(redis, limits), baggage].map(onlyApi)],
    routes: [apiRoutes(behind), docsRoutes()],
  })
  app.set('trust proxy', trustedProxies)
  return app
}
