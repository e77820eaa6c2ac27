import { type Facts, NotificationFailed, NotificationSent } from '@murmuration/contracts'
import { inSpan } from '@murmuration/telemetry'
import { causeOf, type News } from '../domain/news.ts'
import { conclude, type Dispatch, type Notification, type Sent, tell } from '../domain/notification.ts'
import { send } from '../effects.ts'
import { placeOfMessage } from '../place.ts'
import { notifications, preferences, recipients } from '../store/tables.ts'

/** What all reactions that tell a customer have in common: the effect, and its conclusion. */
export const telling = {
  effect: send,
  emits: [NotificationSent, NotificationFailed],
  concludeReads: ({ cause }: Dispatch) => ({ notification: notifications.one(cause) }),
  conclude: (sent: Sent, { notification }: { notification: Notification | undefined }, facts: Facts) => conclude(notification, sent, facts),
}

export const readsFor = (news: News) => ({
  notification: notifications.one(causeOf(news)),
  recipient: recipients.one(news.userId),
  preference: preferences.one(news.userId),
})

/** Decides in a span that shows which message it is about, and lets the span of the sending show it, too. */
export function process(news: News, rows: Parameters<typeof tell>[1], facts: Facts) {
  const place = placeOfMessage()
  return inSpan(
    'notification.process',
    () => {
      const decision = tell(news, rows, facts)
      return 'request' in decision ? { ...decision, request: { ...decision.request, place } } : decision
    },
    { ...place, 'notification.template': news.template },
  )
}
