import { on } from '@murmuration/choreography'
import { ChannelCaptured, PaymentCaptured, PaymentRefundRequested } from '@murmuration/contracts'
import { channelCaptured } from '../domain/settlement.ts'
import { payments } from '../store/tables.ts'

export const onChannelCaptured = on(ChannelCaptured, {
  emits: [PaymentCaptured, PaymentRefundRequested],
  span: 'payment.channel_process',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => channelCaptured(payment, data, facts),
})
