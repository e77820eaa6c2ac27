import { on } from '@murmuration/choreography'
import { ReturnAlreadyRefunded, ReturnCompleted } from '@murmuration/contracts'
import { nothingToRefund } from '../domain/refunds.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onReturnAlreadyRefunded = on(ReturnAlreadyRefunded, {
  emits: [ReturnCompleted],
  span: 'order.return',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : nothingToRefund(order, data, now)),
})
