import { perform } from '@murmuration/choreography'
import { ChannelCaptured, ChannelDeclined, PaymentAuthorized } from '@murmuration/contracts'
import { intend, settle } from '../domain/capture.ts'
import { capture } from '../effects.ts'
import { captures } from '../store/tables.ts'

export const onPaymentAuthorized = perform(PaymentAuthorized, {
  effect: capture,
  emits: [ChannelCaptured, ChannelDeclined],
  reads: ({ data }) => ({ capture: captures.one(data.paymentId) }),
  intend: ({ data }, rows, facts) => intend(rows.capture, data, facts),
  concludeReads: ({ paymentId }) => ({ capture: captures.one(paymentId) }),
  conclude: (outcome, rows) => settle(rows.capture, outcome, 'answer'),
})
