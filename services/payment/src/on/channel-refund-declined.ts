import { on } from '@murmuration/choreography'
import { ChannelRefundDeclined, PaymentRefundFailed } from '@murmuration/contracts'
import { channelRefundDeclined } from '../domain/refund-outcome.ts'
import { payments } from '../store/tables.ts'

/** @param delaysMs how long to wait before each further attempt */
export const onChannelRefundDeclined = (delaysMs: readonly number[]) =>
  on(ChannelRefundDeclined, {
    emits: [PaymentRefundFailed],
    arms: ['refund-retry'],
    span: 'payment.refund',
    reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
    decide: ({ data }, { payment }, facts) => channelRefundDeclined(payment, data, facts, delaysMs),
  })
