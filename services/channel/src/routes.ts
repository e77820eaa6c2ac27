import { problem, requireRole, validated } from '@murmuration/http'
import { id } from '@murmuration/http/formats'
import express, { type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import type { Requests } from './store/requests.ts'

const ofPayment = z.object({ paymentId: id })

/** For administrators: what was (or, while it is only initiated, may be) asked of the provider for a payment, and what came of it. */
export function captureRoutes({ requests, authenticate }: { requests: Requests; authenticate: RequestHandler }): Router {
  const router = express.Router()
  router.get(
    '/captures/:paymentId',
    authenticate,
    requireRole('admin'),
    validated({ params: ofPayment }, async ({ params: { paymentId } }, _req, res) => {
      const [capture, refunds] = await Promise.all([requests.captureOf(paymentId), requests.refundsOf(paymentId)])
      if (capture === undefined) throw problem(404, 'unknown_payment', 'No payment over a provider was initiated under this id.')
      res.json({ ...capture, refunds })
    }),
  )
  return router
}
