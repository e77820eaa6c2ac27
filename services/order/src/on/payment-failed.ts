import { on } from '@murmuration/choreography'
import { OrderCancelled, OrderPlaced, PaymentFailed } from '@murmuration/contracts'
import { paymentFailed } from '../domain/ending.ts'
import { orders } from '../store/tables.ts'
import { unknownYet } from './unknown.ts'

export const onPaymentFailed = on(PaymentFailed, {
  emits: [OrderCancelled],
  undoes: [OrderPlaced],
  span: 'order.update_status',
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }, { now }) => (order === undefined ? unknownYet(data.orderId) : paymentFailed(order, data, now)),
})
