import type { EffectCall } from '@murmuration/choreography'
import { Transient } from '@murmuration/contracts'
import { inSpan, logger } from '@murmuration/telemetry'
import { write } from '../domain/letter.ts'
import type { Dispatch, LogReason, Sent } from '../domain/notification.ts'
import { logged } from '../metrics.ts'
import type { MailServer } from './smtp.ts'

const log = logger('notification')
/** About a day, at the runtime's longest pause of 30 s. */
const MAX_ATTEMPTS = 2_880

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
    if (error instanceof Transient && attempt >= MAX_ATTEMPTS)
      return { outcome: 'failed', medium: 'email', detail: `given up: ${error.message}` }
    throw error
  }
}

function note({ notificationId, news: { template, orderId } }: Dispatch, why: LogReason | 'no_mail_server'): Sent {
  log.info({ notificationId, template, orderId, why }, 'notification')
  logged.add(1, { why })
  return { outcome: 'sent', medium: 'log' }
}
