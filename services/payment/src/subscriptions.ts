import { keptRequests, service } from '@murmuration/choreography'
import { refund } from './commands/request-refund.ts'
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
import { afterRiskDeadline } from './on/risk-deadline.ts'
import { onStockReserved } from './on/stock-reserved.ts'
import { payments } from './store/tables.ts'

export const subscriptions = service({
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
    onChannelRefunded,
    onChannelRefundDeclined,
  ],
  timers: [afterRiskDeadline, afterPaymentDeadline],
  commands: [refund],
})
