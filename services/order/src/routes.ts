import type { Command } from '@murmuration/choreography'
import { creationId, principalOf, problem, requireRole, validated } from '@murmuration/http'
import { inSpan, withBaggage, withSaga } from '@murmuration/telemetry'
import { context } from '@opentelemetry/api'
import express, { type Request, type RequestHandler, type Router } from 'express'
import { cancelOrder } from './commands/cancel-order.ts'
import { failOrder } from './commands/fail-order.ts'
import { placeOrder } from './commands/place-order.ts'
import type { Order } from './domain/order.ts'
import { view } from './domain/view.ts'
import { cursorAfter, failure, newOrder, oneOrder, page } from './inputs.ts'
import type { Orders } from './store/orders.ts'

export interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  orders: Orders
  authenticate: RequestHandler
}

/** Everything that happens for an order carries its id, in spans and in baggage. */
export const about = <T>(orderId: string, run: () => T): T => context.with(withBaggage({ 'order.id': orderId }, withSaga(orderId)), run)

/** Orders of those who ask; for administrators also others'. Mounted at /orders. */
export function orderRoutes({ execute, orders, authenticate }: RoutesOptions): Router {
  const router = express.Router()
  router.use('/orders', authenticate)

  async function visible(orderId: string, req: Request): Promise<Order> {
    const { userId, role } = principalOf(req)
    const order = await about(orderId, () => inSpan('order.get_by_id', () => orders.byId(orderId)))
    if (order === undefined || (order.userId !== userId && role !== 'admin'))
      throw problem(404, 'order_not_found', 'There is no such order.')
    return order
  }

  router.post(
    '/orders',
    validated({ body: newOrder }, async ({ body }, req, res) => {
      const orderId = creationId(req)
      const { userId } = principalOf(req)
      const order = await about(orderId, () => execute(placeOrder, { ...body, requestId: orderId, orderId, userId }))
      res.status(201).location(`/orders/${orderId}`).json(order)
    }),
  )
  router.get(
    '/orders',
    validated({ query: page }, async ({ query: { limit, cursor } }, req, res) => {
      const found = await orders.ofUser(principalOf(req).userId, { limit: limit + 1, after: cursor })
      const items = found.slice(0, limit)
      const last = items.at(-1)
      res.json({ items: items.map(view), nextCursor: found.length > limit && last ? cursorAfter(last) : null })
    }),
  )
  router.get(
    '/orders/:id',
    validated({ params: oneOrder }, async ({ params }, req, res) => {
      res.json(view(await visible(params.id, req)))
    }),
  )
  router.get(
    '/orders/:id/history',
    validated({ params: oneOrder }, async ({ params }, req, res) => {
      const { orderId, status, history } = view(await visible(params.id, req))
      res.json({ orderId, status, history })
    }),
  )
  router.post(
    '/orders/:id/cancel',
    validated({ params: oneOrder }, async ({ params: { id } }, req, res) => {
      res.json(await about(id, () => execute(cancelOrder, { orderId: id, userId: principalOf(req).userId })))
    }),
  )
  router.post(
    '/orders/:id/fail',
    requireRole('admin'),
    validated({ params: oneOrder, body: failure }, async ({ params: { id }, body }, _req, res) => {
      res.json(await about(id, () => execute(failOrder, { orderId: id, ...body })))
    }),
  )
  return router
}
