import { on } from '@murmuration/choreography'
import { PaymentRefundFailed } from '@murmuration/contracts'
import { refundFailed } from '../domain/refunds.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onPaymentRefundFailed = on(PaymentRefundFailed, {
  emits: [],
  span: 'order.return',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : refundFailed(order, data, now)),
})
