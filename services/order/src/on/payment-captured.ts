import { on } from '@murmuration/choreography'
import { OrderConfirmed, OrderPaid, PaymentCaptured } from '@murmuration/contracts'
import { paymentCaptured } from '../domain/progress.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onPaymentCaptured = on(PaymentCaptured, {
  emits: [OrderPaid, OrderConfirmed],
  span: 'order.update_status',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : paymentCaptured(order, data, now)),
})
