import type { Command } from '@murmuration/choreography'
import { creationId, principalOf, problem, requireRole, validated } from '@murmuration/http'
import { inSpan, withBaggage, withSaga } from '@murmuration/telemetry'
import { context } from '@opentelemetry/api'
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { refund } from './commands/request-refund.ts'
import { retry } from './commands/retry-refund.ts'
import type { Known } from './domain/payment.ts'
import { type RefundView, view } from './domain/view.ts'
import { newRefund, ofOrder, onePayment, oneRefund } from './inputs.ts'
import type { Payments } from './store/payments.ts'

export interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  payments: Payments
  authenticate: RequestHandler
}

/** The saga, and the row, are the order's. */
async function refunding(orderId: string, res: Response, run: () => Promise<RefundView>): Promise<void> {
  const requested = await context.with(withBaggage({ 'order.id': orderId }, withSaga(orderId)), run)
  res.status(201).location(`/payments/${requested.paymentId}`).json(requested)
}

/** Payments of those who ask; for administrators also others'. Mounted at /payments. */
export function paymentRoutes({ execute, payments, authenticate }: RoutesOptions): Router {
  const router = express.Router()
  router.use('/payments', authenticate)

  const mayBeSeen = (payment: Known | undefined, req: Request): payment is Known => {
    const { userId, role } = principalOf(req)
    return payment !== undefined && (payment.userId === userId || role === 'admin')
  }
  async function visible(id: string, req: Request): Promise<Known> {
    const payment = await inSpan('payment.get_by_id', () => payments.find(id))
    if (!mayBeSeen(payment, req)) throw problem(404, 'payment_not_found', 'There is no such payment.')
    return payment
  }

  router.get(
    '/payments',
    validated({ query: ofOrder }, async ({ query: { orderId } }, req, res) => {
      const payment = await payments.ofOrder(orderId)
      res.json({ items: mayBeSeen(payment, req) ? [view(payment)] : [] })
    }),
  )
  router.get(
    '/payments/:id',
    validated({ params: onePayment }, async ({ params }, req, res) => {
      res.json(view(await visible(params.id, req)))
    }),
  )
  router.get('/refunds/failed', authenticate, requireRole('admin'), async (_req, res) => {
    res.json({ items: await payments.failedRefunds(100) })
  })
  router.post(
    '/payments/:id/refunds',
    validated({ params: onePayment, body: newRefund }, async ({ params, body }, req, res) => {
      const { userId, role } = principalOf(req)
      const { orderId } = await visible(params.id, req)
      const refundId = creationId(req)
      const wish = { ...body, requestId: refundId, orderId, refundId, userId, admin: role === 'admin' }
      await refunding(orderId, res, () => execute(refund, wish))
    }),
  )
  router.post(
    '/payments/:id/refunds/:refundId/retry',
    requireRole('admin'),
    validated({ params: oneRefund }, async ({ params: { id, refundId } }, req, res) => {
      const { orderId } = await visible(id, req)
      const retryId = creationId(req)
      const wish = { requestId: retryId, orderId, refundId, retryId, userId: principalOf(req).userId }
      await refunding(orderId, res, () => execute(retry, wish))
    }),
  )
  return router
}
