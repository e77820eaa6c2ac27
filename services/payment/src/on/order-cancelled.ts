import { on } from '@murmuration/choreography'
import {
  OrderCancelled,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentFailed,
  PaymentInitiated,
  PaymentRefundRequested,
} from '@murmuration/contracts'
import { orderCancelled } from '../domain/cancellation.ts'
import { payments } from '../store/tables.ts'

export const onOrderCancelled = on(OrderCancelled, {
  emits: [PaymentFailed, PaymentRefundRequested],
  undoes: [PaymentInitiated, PaymentAuthorized, PaymentCaptured],
  span: 'payment.refund',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => orderCancelled(payment, data, facts),
})
