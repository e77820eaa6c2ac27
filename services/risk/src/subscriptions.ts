import { service } from '@murmuration/choreography'
import { changeRule } from './commands/change-rule.ts'
import { onPaymentInitiated } from './on/payment-initiated.ts'
import { assessments, profiles, rules } from './store/tables.ts'

export const subscriptions = service({
  name: 'risk',
  // Renaming one loses or re-consumes messages.
  topic: 'risk.events',
  group: 'risk',
  tables: [assessments, profiles, rules],
  reactions: [onPaymentInitiated],
  commands: [changeRule],
})
