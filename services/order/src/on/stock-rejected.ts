import { on } from '@murmuration/choreography'
import { OrderCancelled, OrderPlaced, StockRejected } from '@murmuration/contracts'
import { stockGone } from '../domain/ending.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onStockRejected = on(StockRejected, {
  emits: [OrderCancelled],
  undoes: [OrderPlaced],
  span: 'order.update_status',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : stockGone(order, 'StockRejected', now)),
})
