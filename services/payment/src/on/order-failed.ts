import { on } from '@murmuration/choreography'
import {
  OrderFailed,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentFailed,
  PaymentInitiated,
  PaymentRefundRequested,
} from '@murmuration/contracts'
import { orderCancelled } from '../domain/cancellation.ts'
import { payments } from '../store/tables.ts'

/** An operator gave the order up: its money goes back as for a cancelled one. */
export const onOrderFailed = on(OrderFailed, {
  emits: [PaymentFailed, PaymentRefundRequested],
  undoes: [PaymentInitiated, PaymentAuthorized, PaymentCaptured],
  span: 'payment.refund',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => orderCancelled(payment, { userId: data.userId }, facts),
})
