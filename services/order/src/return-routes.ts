import { creationId, principalOf, requireRole, validated } from '@murmuration/http'
import express, { type RequestHandler, type Router } from 'express'
import { acceptReturn } from './commands/approve-return.ts'
import { refuseReturn } from './commands/reject-return.ts'
import { returnOrder } from './commands/request-return.ts'
import { returnView } from './domain/return.ts'
import type { ReturnRules } from './domain/return-request.ts'
import { newReturn, oneOrder, oneReturn, rejection } from './inputs.ts'
import { about, type RoutesOptions } from './routes.ts'

const MOST_SHOWN = 100

/** Returns of orders: customers ask for them, administrators decide. Mounted at /orders and /returns. */
export function returnRoutes({ execute, orders, authenticate, rules }: RoutesOptions & { readonly rules: ReturnRules }): Router {
  const router = express.Router()
  const administrator: RequestHandler[] = [authenticate, requireRole('admin')]

  router.post(
    '/orders/:id/returns',
    authenticate,
    validated({ params: oneOrder, body: newReturn }, async ({ params: { id }, body }, req, res) => {
      const returnId = creationId(req)
      const wish = { ...body, requestId: returnId, orderId: id, returnId, userId: principalOf(req).userId, rules }
      const order = await about(id, () => execute(returnOrder, wish))
      res.status(201).location(`/orders/${id}`).json(order)
    }),
  )
  router.post(
    '/orders/:id/returns/:returnId/approve',
    administrator,
    validated({ params: oneReturn }, async ({ params: { id, returnId } }, req, res) => {
      res.json(await about(id, () => execute(acceptReturn, { orderId: id, returnId, approvedBy: principalOf(req).userId })))
    }),
  )
  router.post(
    '/orders/:id/returns/:returnId/reject',
    administrator,
    validated({ params: oneReturn, body: rejection }, async ({ params: { id, returnId }, body: { reason } }, req, res) => {
      res.json(await about(id, () => execute(refuseReturn, { orderId: id, returnId, reason, rejectedBy: principalOf(req).userId })))
    }),
  )
  router.get('/returns', ...administrator, async (_req, res) => {
    const waiting = (await orders.withRequestedReturns(MOST_SHOWN)).flatMap((order) =>
      order.returns
        .filter(({ status }) => status === 'requested')
        .map((each) => ({ ...returnView(order, each), orderId: order.orderId, userId: order.userId })),
    )
    res.json({ items: waiting })
  })
  return router
}
