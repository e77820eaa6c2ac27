import { counter } from '@murmuration/telemetry'

const told = counter('notification.count', {
  description: 'Customers told, or not, by template, medium and outcome',
  unit: '{notification}',
})

/** Notifications that went to the log, by the reason: unknown_recipient, preference, no_mail_server. */
export const logged = counter('notification.logged.count', {
  description: 'Notifications that went to the log, by the reason',
  unit: '{notification}',
})

/** Letters that a mail server may have taken without saying so. */
export const unanswered = counter('notification.unanswered.count', {
  description: 'Letters that were handed over, and no answer came',
  unit: '{letter}',
})

interface Handled {
  readonly emitted: readonly { readonly type: string; readonly data: unknown }[]
}

/** The runtime's hook. */
export function countHandled({ emitted }: Handled): void {
  for (const { type, data } of emitted) {
    const { template, medium } = data as { template: string; medium: string }
    told.add(1, { template, medium, outcome: type === 'NotificationSent' ? 'sent' : 'failed' })
  }
}
