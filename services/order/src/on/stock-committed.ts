import { on } from '@murmuration/choreography'
import { OrderConfirmed, StockCommitted } from '@murmuration/contracts'
import { stockCommitted } from '../domain/progress.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onStockCommitted = on(StockCommitted, {
  emits: [OrderConfirmed],
  span: 'order.update_status',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : stockCommitted(order, data, now)),
})
