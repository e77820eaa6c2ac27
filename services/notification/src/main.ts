import { startService } from '@murmuration/choreography'
import { readConfig, serve } from '@murmuration/http'
import { notificationApp } from './app.ts'
import { config } from './config.ts'
import { postOffice } from './media/post-office.ts'
import { mailServer } from './media/smtp.ts'
import { countHandled } from './metrics.ts'
import { openWishes } from './store/wishes.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(config)
const wishes = openWishes(settings.DATABASE_URL)
const server = settings.SMTP_URL === undefined ? undefined : mailServer({ url: settings.SMTP_URL, from: settings.SMTP_FROM })
const runtime = await startService(subscriptions, {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  effects: { send: postOffice(server).send },
  onHandled: countHandled,
})

await serve(notificationApp({ runtime, wishes, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    server?.close()
    await wishes.close()
  },
})
