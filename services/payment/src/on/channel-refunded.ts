import { on } from '@murmuration/choreography'
import { ChannelRefunded, PaymentCaptured, PaymentRefunded } from '@murmuration/contracts'
import { channelRefunded } from '../domain/refund-outcome.ts'
import { payments } from '../store/tables.ts'

export const onChannelRefunded = on(ChannelRefunded, {
  emits: [PaymentRefunded],
  undoes: [PaymentCaptured],
  span: 'payment.refund',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => channelRefunded(payment, data, facts),
})
