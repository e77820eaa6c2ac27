import { on } from '@murmuration/choreography'
import { ReturnCompleted, StockReturned } from '@murmuration/contracts'
import { stockReturned } from '../domain/refunds.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onStockReturned = on(StockReturned, {
  emits: [ReturnCompleted],
  span: 'order.return',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : stockReturned(order, data, now)),
})
