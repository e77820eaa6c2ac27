import { on } from '@murmuration/choreography'
import { OrderCancelled, OrderPaid, OrderPlaced, StockReservationExpired } from '@murmuration/contracts'
import { stockGone } from '../domain/ending.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onStockReservationExpired = on(StockReservationExpired, {
  emits: [OrderCancelled],
  undoes: [OrderPlaced, OrderPaid],
  span: 'order.update_status',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) =>
    order === undefined ? unknownYet(data.orderId) : stockGone(order, 'StockReservationExpired', now),
})
