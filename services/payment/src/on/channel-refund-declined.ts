import { on } from '@murmuration/choreography'
import { ChannelRefundDeclined, PaymentRefundFailed, PaymentRefundRequested } from '@murmuration/contracts'
import { channelRefundDeclined } from '../domain/refund.ts'
import { payments } from '../store/tables.ts'

export const onChannelRefundDeclined = on(ChannelRefundDeclined, {
  emits: [PaymentRefundFailed, PaymentRefundRequested],
  span: 'payment.refund',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => channelRefundDeclined(payment, data, facts),
})
