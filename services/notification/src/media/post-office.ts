import type { EffectCall } from '@murmuration/choreography'
import { Transient } from '@murmuration/contracts'
import { inSpan, logger } from '@murmuration/telemetry'
import { write } from '../domain/letter.ts'
import type { Dispatch, LogReason, Sent } from '../domain/notification.ts'
import { logged, unanswered } from '../metrics.ts'
import { type MailServer, Unanswered } from './smtp.ts'

const log = logger('notification')
/** About a day, at the runtime's longest pause of 30 s. */
const MAX_ATTEMPTS = 2_880
/** A letter that may have been taken is sent three times at most, hours apart: each may be a copy. */
const UNANSWERED_COUNTS = MAX_ATTEMPTS / 3
const HOUR_MS = 3_600_000

/**
 * The effect `send`: by e-mail to whom has an address, all else to the log. Without mail server everything goes to the log.
 * No span and no log line has an address or a name.
 */
export const postOffice = (server: MailServer | undefined) => ({
  send: (dispatch: Dispatch, { attempt }: Pick<EffectCall, 'attempt'>): Promise<Sent> =>
    inSpan(
      'notification.send',
      async (span) => {
        const sent = await deliver(server, dispatch, attempt)
        span.setAttributes({ 'notification.medium': sent.medium, 'notification.outcome': sent.outcome })
        return sent
      },
      { ...dispatch.place, 'notification.template': dispatch.news.template, 'murmuration.attempt': attempt },
    ),
})

async function deliver(server: MailServer | undefined, dispatch: Dispatch, attempt: number): Promise<Sent> {
  const { notificationId, news, to } = dispatch
  if ('log' in to) return note(dispatch, to.log)
  if (server === undefined) return note(dispatch, 'no_mail_server')
  try {
    const refused = await server.send({ id: notificationId, to, ...write(news, to.name) })
    return refused === undefined ? { outcome: 'sent', medium: 'email' } : { outcome: 'failed', medium: 'email', detail: refused }
  } catch (error) {
    if (!(error instanceof Transient)) throw error
    const counts = error instanceof Unanswered ? UNANSWERED_COUNTS : 1
    if (attempt + counts > MAX_ATTEMPTS) return { outcome: 'failed', medium: 'email', detail: `given up: ${error.message}` }
    if (counts === 1) throw error
    unanswered.add(1)
    const retryInMs = attempt <= counts ? HOUR_MS : 6 * HOUR_MS
    log.warn({ notificationId, retryInMs }, 'a letter was handed over, and no answer came: it may be sent twice')
    throw new Transient(error.message, { counts, retryInMs })
  }
}

function note({ notificationId, news: { template, orderId } }: Dispatch, why: LogReason | 'no_mail_server'): Sent {
  log.info({ notificationId, template, orderId, why }, 'notification')
  logged.add(1, { why })
  return { outcome: 'sent', medium: 'log' }
}
