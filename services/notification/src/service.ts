import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { notificationApp } from './app.ts'
import { config } from './config.ts'
import { postOffice } from './media/post-office.ts'
import { mailServer } from './media/smtp.ts'
import { countHandled } from './metrics.ts'
import { openWishes } from './store/wishes.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'notification',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const wishes = openWishes(settings.DATABASE_URL)
    onStop(() => wishes.close())
    const server = settings.SMTP_URL === undefined ? undefined : mailServer({ url: settings.SMTP_URL, from: settings.SMTP_FROM })
    onStop(() => server?.close())
    const effects = { send: postOffice(server).send }
    const runtime = await startService(subscriptions, { settings, fatal, handOver, effects, onHandled: countHandled })
    onStop(() => runtime.stop())
    return { app: notificationApp({ runtime, wishes, userUrls: settings.USER_URL }) }
  },
})
