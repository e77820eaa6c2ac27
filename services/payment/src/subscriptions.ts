import { keptRequests, service } from '@murmuration/choreography'
import { refund } from './commands/request-refund.ts'
import { retry } from './commands/retry-refund.ts'
import { REFUND_RETRIES_MS } from './domain/refund-retry.ts'
import { onChannelCaptured } from './on/channel-captured.ts'
import { onChannelDeclined } from './on/channel-declined.ts'
import { onChannelRefundDeclined } from './on/channel-refund-declined.ts'
import { onChannelRefunded } from './on/channel-refunded.ts'
import { onOrderCancelled } from './on/order-cancelled.ts'
import { onOrderFailed } from './on/order-failed.ts'
import { onOrderPlaced } from './on/order-placed.ts'
import { afterPaymentDeadline } from './on/payment-deadline.ts'
import { onPaymentRiskCleared } from './on/payment-risk-cleared.ts'
import { onPaymentRiskRejected } from './on/payment-risk-rejected.ts'
import { afterRefundRetry } from './on/refund-retry.ts'
import { onReturnApproved } from './on/return-approved.ts'
import { afterRiskDeadline } from './on/risk-deadline.ts'
import { onStockReserved } from './on/stock-reserved.ts'
import { payments } from './store/tables.ts'

/** @param refundRetriesMs how long to wait before each further attempt at a declined refund, in ms */
export const subscriptionsWith = (refundRetriesMs: readonly number[]) =>
  service({
    name: 'payment',
    // Renaming topic or group loses or re-consumes messages.
    topic: 'payment.events',
    group: 'payment',
    tables: [keptRequests, payments],
    reactions: [
      onOrderPlaced,
      onStockReserved,
      onPaymentRiskCleared,
      onPaymentRiskRejected,
      onChannelCaptured,
      onChannelDeclined,
      onOrderCancelled,
      onOrderFailed,
      onReturnApproved,
      onChannelRefunded,
      onChannelRefundDeclined(refundRetriesMs),
    ],
    timers: [afterRiskDeadline, afterPaymentDeadline, afterRefundRetry],
    commands: [refund, retry],
  })

export const subscriptions = subscriptionsWith(REFUND_RETRIES_MS)
