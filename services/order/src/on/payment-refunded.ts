import { on } from '@murmuration/choreography'
import { PaymentRefunded, ReturnCompleted } from '@murmuration/contracts'
import { refunded } from '../domain/refunds.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onPaymentRefunded = on(PaymentRefunded, {
  emits: [ReturnCompleted],
  span: 'order.return',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : refunded(order, data, now)),
})
