import { authenticate, type TokenVerifier } from '@murmuration/http'
import { withBaggage } from '@murmuration/telemetry'
import { context } from '@opentelemetry/api'
import type { RequestHandler } from 'express'
import { sagaOf } from './saga.ts'

declare global {
  namespace Express {
    interface Request {
      /** Why the token that came was refused. Public routes do not mind. */
      refusal?: unknown
    }
  }
}

/** Finds out who asks, without insisting: that is each endpoint's matter. */
export function identify(verify: TokenVerifier): RequestHandler {
  const known = authenticate(verify)
  return async (req, res, next) => {
    if (req.headers.authorization === undefined) return next()
    try {
      await known(req, res, () => {})
    } catch (error) {
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
