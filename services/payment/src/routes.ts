import type { Command } from '@murmuration/choreography'
import { creationId, principalOf, problem, validated } from '@murmuration/http'
import { inSpan, withBaggage, withSaga } from '@murmuration/telemetry'
import { context } from '@opentelemetry/api'
import express, { type Request, type RequestHandler, type Router } from 'express'
import { refund } from './commands/request-refund.ts'
import type { Known } from './domain/payment.ts'
import { view } from './domain/view.ts'
import { newRefund, ofOrder, onePayment } from './inputs.ts'
import type { Payments } from './store/payments.ts'

export interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  payments: Payments
  authenticate: RequestHandler
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
  router.post(
    '/payments/:id/refunds',
    validated({ params: onePayment, body: newRefund }, async ({ params, body }, req, res) => {
      const { userId, role } = principalOf(req)
      // The saga, and the row, are the order's.
      const { orderId } = await visible(params.id, req)
      const refundId = creationId(req)
      const about = withBaggage({ 'order.id': orderId }, withSaga(orderId))
      const wish = { ...body, requestId: refundId, orderId, refundId, userId, admin: role === 'admin' }
      const requested = await context.with(about, () => execute(refund, wish))
      res.status(201).location(`/payments/${requested.paymentId}`).json(requested)
    }),
  )
  return router
}
