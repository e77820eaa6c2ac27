import { command, once } from '@murmuration/choreography'
import { OrderPlaced } from '@murmuration/contracts'
import { type Placement, place } from '../domain/placement.ts'
import { orders, products } from '../store/tables.ts'

export const placeOrder = once(
  command<Placement>()('PlaceOrder', {
    saga: ({ orderId }) => orderId,
    emits: [OrderPlaced],
    span: 'order.create',
    reads: ({ orderId, items }) => ({ order: orders.one(orderId), products: products.many(items.map(({ productId }) => productId)) }),
    decide: (wish, rows, { now }) => place(wish, rows.order, rows.products, now),
  }),
)
