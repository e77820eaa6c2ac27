import { perform } from '@murmuration/choreography'
import { ChannelCaptured, ChannelRefundDeclined, ChannelRefunded, PaymentRefundRequested } from '@murmuration/contracts'
import { intendRefund, settleRefund } from '../domain/refund.ts'
import { refund } from '../effects.ts'
import { captures, refunds } from '../store/tables.ts'

export const onPaymentRefundRequested = perform(PaymentRefundRequested, {
  effect: refund,
  emits: [ChannelRefunded, ChannelRefundDeclined],
  undoes: [ChannelCaptured],
  reads: ({ data }) => ({ refund: refunds.one(data.refundId), capture: captures.one(data.paymentId) }),
  intend: ({ data }, rows, facts) => intendRefund(rows, data, facts),
  concludeReads: ({ refundId, paymentId }) => ({ refund: refunds.one(refundId), capture: captures.one(paymentId) }),
  conclude: (outcome, rows) => settleRefund(rows, outcome, 'answer'),
})
