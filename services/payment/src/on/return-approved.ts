import { on } from '@murmuration/choreography'
import { PaymentCaptured, PaymentRefundRequested, ReturnAlreadyRefunded, ReturnApproved } from '@murmuration/contracts'
import { returnApproved } from '../domain/return.ts'
import { payments } from '../store/tables.ts'

export const onReturnApproved = on(ReturnApproved, {
  emits: [PaymentRefundRequested, ReturnAlreadyRefunded],
  undoes: [PaymentCaptured],
  span: 'payment.refund',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => returnApproved(payment, data, facts),
})
