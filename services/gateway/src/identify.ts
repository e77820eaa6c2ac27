import { authenticate, principalOf, type TokenVerifier, unauthorized } from '@murmuration/http'
import { withBaggage } from '@murmuration/telemetry'
import { context } from '@opentelemetry/api'
import type { RequestHandler } from 'express'
import { sagaOf } from './saga.ts'
import type { Suspensions } from './suspensions.ts'

declare global {
  namespace Express {
    interface Request {
      /** Why the token that came was refused. Public routes do not mind. */
      refusal?: unknown
    }
  }
}

/** Finds out who asks, without insisting: that is each endpoint's matter. */
export function identify(verify: TokenVerifier, { isSuspended }: Pick<Suspensions, 'isSuspended'>): RequestHandler {
  const known = authenticate(verify)
  return async (req, res, next) => {
    if (req.headers.authorization === undefined) return next()
    try {
      await known(req, res, () => {})
      if (isSuspended(principalOf(req).userId)) throw unauthorized('This account is suspended or deleted.')
    } catch (error) {
      delete req.principal
      req.refusal = error
    }
    next()
  }
}

/** Lets user, request and order travel with everything that comes from this request. */
export const baggage: RequestHandler = (req, _res, next) => {
  const orderId = req.path.startsWith('/api/v1/orders') ? sagaOf(req) : undefined
  const carried = withBaggage({ 'user.id': req.principal?.userId, 'request.id': req.requestId, 'order.id': orderId })
  context.with(carried, next)
}
