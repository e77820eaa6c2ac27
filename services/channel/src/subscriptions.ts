import { service } from '@murmuration/choreography'
import { toldOfCapture } from './commands/told-of-capture.ts'
import { toldOfRefund } from './commands/told-of-refund.ts'
import { onPaymentAuthorized } from './on/payment-authorized.ts'
import { onPaymentInitiated } from './on/payment-initiated.ts'
import { onPaymentRefundRequested } from './on/payment-refund-requested.ts'
import { captures, refunds } from './store/tables.ts'

export const subscriptions = service({
  name: 'channel',
  // Renaming one loses or re-consumes messages.
  topic: 'channel.events',
  group: 'channel',
  tables: [captures, refunds],
  reactions: [onPaymentInitiated, onPaymentAuthorized, onPaymentRefundRequested],
  commands: [toldOfCapture, toldOfRefund],
})
