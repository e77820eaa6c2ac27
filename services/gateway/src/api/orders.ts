import { country, note } from '@murmuration/http/formats'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { orderRefund, orderReturn } from './returns.ts'
import { byId, id, line, method, money, page, pageOf, sku, time } from './schemas.ts'

const address = z
  .strictObject({
    name: line(200),
    line1: line(200),
    line2: line(200).optional(),
    city: line(100),
    postalCode: line(20),
    country: country.meta({ description: 'ISO 3166-1 alpha-2' }),
  })
  .meta({ id: 'Address' })

const newOrder = z
  .strictObject({
    items: z
      .array(z.strictObject({ productId: id, quantity: z.int().min(1).max(1000) }))
      .min(1)
      .max(100),
    payment: z.strictObject({ method }),
    shippingAddress: address,
  })
  .meta({ id: 'NewOrder', description: 'Prices come from the catalogue, never from here.' })

const status = z.enum(['pending', 'paid', 'confirmed', 'cancelled', 'failed']).meta({ id: 'OrderStatus' })
const history = z.array(z.object({ status, at: time, reason: z.string().optional() }))
const source = z.object({ warehouse: z.string(), quantity: z.int() })
const item = z.object({
  productId: id,
  sku,
  name: z.string(),
  unitPrice: money,
  quantity: z.int(),
  subtotal: money,
  sources: z.array(source).optional().meta({ description: 'Which warehouses it came from, once it has left the stock' }),
})
const order = z
  .object({
    orderId: id,
    userId: id,
    status,
    reason: z.string().optional().meta({ description: 'out_of_stock, payment_failed, expired or by_customer; why it failed' }),
    total: money,
    items: z.array(item),
    shippingAddress: address,
    payment: z.object({ method, paymentId: id.optional() }),
    history: history.optional().meta({ description: 'Not in answers that were waited for' }),
    returns: z.array(orderReturn).optional().meta({ description: 'Not in answers that were waited for' }),
    refunds: z.array(orderRefund).optional().meta({ description: 'Not in answers that were waited for' }),
    placedAt: time,
  })
  .meta({ id: 'Order' })

const common = { tag: 'orders', access: 'user', service: 'order' } as const
const one = { 200: { description: 'The order', schema: order } }

export const orders: Endpoint[] = [
  {
    ...common,
    method: 'post',
    path: '/orders',
    summary: 'Place an order',
    description: 'With `Prefer: wait=N` (N up to 30 s) the answer comes when the order has ended; 202 when it has not by then.',
    body: newOrder,
    answers: {
      201: { description: 'Placed; its end when that was waited for', schema: order },
      202: { description: 'Placed, but it has not ended within the time', schema: order },
    },
    to: '/orders',
    creates: true,
    located: true,
    waits: true,
  },
  {
    ...common,
    method: 'get',
    path: '/orders',
    summary: 'My orders, newest first',
    query: page,
    answers: { 200: { description: 'A page of orders', schema: pageOf(order) } },
    to: '/orders',
  },
  { ...common, method: 'get', path: '/orders/{id}', summary: 'An order', params: byId, answers: one, to: '/orders/{id}' },
  {
    ...common,
    method: 'post',
    path: '/orders/{id}/cancel',
    summary: 'Cancel an order that is not confirmed yet; one that is can be returned',
    params: byId,
    answers: one,
    to: '/orders/{id}/cancel',
  },
  {
    ...common,
    method: 'post',
    path: '/orders/{id}/fail',
    summary: 'Give an order up that cannot go on',
    access: 'admin',
    params: byId,
    body: z.strictObject({ reason: note(500) }),
    answers: one,
    to: '/orders/{id}/fail',
  },
  {
    ...common,
    method: 'get',
    path: '/orders/{id}/history',
    summary: 'What became of an order, step by step',
    params: byId,
    answers: { 200: { description: 'Its steps', schema: z.object({ orderId: id, status, items: history }) } },
    to: '/orders/{id}',
    special: 'history',
  },
  {
    ...common,
    method: 'get',
    path: '/orders/{id}/events',
    summary: "An order's events as they happen",
    description:
      'Server-sent events: first `order` with its state, then every event of its saga under its type, from the first one on, and last `end` with the reason ' +
      '(`order_ended`, `token_expired`, `user_suspended`). A stream ends with its order: two seconds later, with what the end sets off. Who comes again with ' +
      '`Last-Event-ID` gets what comes after that event, at any gateway; an id that is not known gets all.',
    params: byId,
    answers: {
      200: { description: 'The events', schema: z.string() },
      204: { description: 'All was told before, with the end: do not come again' },
    },
    to: '/orders/{id}',
    special: 'stream',
  },
]
