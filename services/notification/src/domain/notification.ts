import {
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  ignore,
  NotificationFailed,
  type NotificationMedium,
  NotificationSent,
  type NotificationTemplate,
  RuleViolation,
} from '@murmuration/contracts'
import { causeOf, type News } from './news.ts'
import { defaultWishes, type Wishes } from './preference.ts'
import type { Recipient } from './recipient.ts'

interface Told {
  /** `template:orderId`, `payment_refunded:refundId`, or `return_…:returnId`. */
  readonly cause: string
  readonly notificationId: string
  readonly orderId: string
  readonly userId: string
  readonly template: NotificationTemplate
  readonly medium: NotificationMedium
  readonly createdAt: string
}

/** A row of `notifications`. pending → sent | failed. */
export type Notification =
  | (Told & { readonly status: 'pending'; readonly detail: null; readonly endedAt: null })
  | (Told & { readonly status: 'sent'; readonly detail: null; readonly endedAt: string })
  | (Told & { readonly status: 'failed'; readonly detail: string; readonly endedAt: string })

/** Why something is only noted in the log. */
export type LogReason = 'unknown_recipient' | 'preference'

/** What is to be sent. The only place with an address; it is gone once the outcome is known. */
export interface Dispatch {
  readonly cause: string
  readonly notificationId: string
  readonly news: News
  readonly to: { readonly address: string; readonly name: string } | { readonly log: LogReason }
  /** Where the message that caused it lay, for the trace. */
  readonly place?: Readonly<Record<string, string | number>>
}

/** What became of it, and by which medium: without a mail server everything goes to the log. */
export type Sent =
  | { readonly outcome: 'sent'; readonly medium: NotificationMedium }
  | { readonly outcome: 'failed'; readonly medium: NotificationMedium; readonly detail: string }

interface Known {
  readonly notification: Notification | undefined
  readonly recipient: Recipient | undefined
  readonly preference: Wishes | undefined
}
type Intent = Decision<{ notification: Notification }, never, never, undefined> & { readonly request: Dispatch }
type Conclusion = Decision<
  { notification: Notification },
  EmissionOf<typeof NotificationSent | typeof NotificationFailed>,
  never,
  undefined
>

/** The customer is to be told, once. Who is not in the address book (an injected order's user) is told by the log. */
export function tell(news: News, { notification, recipient, preference }: Known, { now, newId }: Facts): Intent | Ignored {
  const { orderId, userId, template } = news
  if (notification !== undefined) {
    if (notification.userId !== userId || notification.orderId !== orderId)
      throw new RuleViolation('forged_user', 'somebody else was told of this')
    return ignore(`repeated: the notification is ${notification.status}`)
  }
  const wishes = preference ?? defaultWishes
  if (wishes.muted.includes(template)) return ignore('the user does not want to be told of this')
  const cause = causeOf(news)
  const notificationId = newId()
  const to = recipientOf(recipient, wishes)
  const medium = 'log' in to ? 'log' : 'email'
  return {
    rows: {
      notification: {
        cause,
        notificationId,
        orderId,
        userId,
        template,
        medium,
        status: 'pending',
        detail: null,
        createdAt: now.toISOString(),
        endedAt: null,
      },
    },
    request: { cause, notificationId, news, to },
  }
}

function recipientOf(recipient: Recipient | undefined, { email }: Wishes): Dispatch['to'] {
  if (!email) return { log: 'preference' }
  return recipient === undefined ? { log: 'unknown_recipient' } : { address: recipient.email, name: recipient.fullName }
}

/** Records what became of it. */
export function conclude(notification: Notification | undefined, sent: Sent, { now }: Facts): Conclusion | Ignored {
  if (notification === undefined) throw new RuleViolation('unknown_notification', 'nobody was to be told of this')
  if (notification.status !== 'pending') return ignore(`repeated: the notification is ${notification.status}`)
  const { notificationId, orderId, userId, template } = notification
  const { medium } = sent
  const told = { orderId, notificationId, userId, template, medium }
  const endedAt = now.toISOString()
  if (sent.outcome === 'sent')
    return { rows: { notification: { ...notification, medium, status: 'sent', endedAt } }, events: [NotificationSent(told)] }
  const detail = sent.detail.replaceAll('\0', ' ').slice(0, 500).toWellFormed()
  return {
    rows: { notification: { ...notification, medium, status: 'failed', detail, endedAt } },
    events: [NotificationFailed({ ...told, detail })],
  }
}
