import { service } from '@murmuration/choreography'
import { changePreference } from './commands/change-preference.ts'
import { onOrderCancelled } from './on/order-cancelled.ts'
import { onOrderConfirmed } from './on/order-confirmed.ts'
import { onOrderFailed } from './on/order-failed.ts'
import { onPaymentRefunded } from './on/payment-refunded.ts'
import { onReturnApproved } from './on/return-approved.ts'
import { onReturnRejected } from './on/return-rejected.ts'
import { onUserRegistered } from './on/user-registered.ts'
import { onUserRestated } from './on/user-restated.ts'
import { notifications, preferences, recipients } from './store/tables.ts'

export const subscriptions = service({
  name: 'notification',
  // Renaming one loses or re-consumes messages.
  topic: 'notification.events',
  group: 'notification',
  // The separate consumer: what it tells was in the log.
  fromLogOnly: true,
  tables: [recipients, preferences, notifications],
  reactions: [
    onUserRegistered,
    onUserRestated,
    onOrderConfirmed,
    onOrderCancelled,
    onPaymentRefunded,
    onOrderFailed,
    onReturnApproved,
    onReturnRejected,
  ],
  commands: [changePreference],
})
