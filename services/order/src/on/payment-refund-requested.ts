import { on } from '@murmuration/choreography'
import { PaymentRefundRequested } from '@murmuration/contracts'
import { refundRequested } from '../domain/refunds.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onPaymentRefundRequested = on(PaymentRefundRequested, {
  emits: [],
  span: 'order.return',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : refundRequested(order, data, now)),
})
