import { on } from '@murmuration/choreography'
import { ChannelDeclined, PaymentAuthorized, PaymentFailed } from '@murmuration/contracts'
import { channelDeclined } from '../domain/settlement.ts'
import { payments } from '../store/tables.ts'

export const onChannelDeclined = on(ChannelDeclined, {
  emits: [PaymentFailed],
  undoes: [PaymentAuthorized],
  span: 'payment.channel_process',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => channelDeclined(payment, data, facts),
})
