import { startService } from '@murmuration/choreography'
import { readConfig, serve } from '@murmuration/http'
import { channelApp } from './app.ts'
import { config } from './config.ts'
import { pspClient } from './psp/client.ts'
import { openRequests } from './store/requests.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(config)
const requests = openRequests(settings.DATABASE_URL)
const psp = pspClient(settings.PROVIDER_URL)
const runtime = await startService(subscriptions, {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  effects: { capture: psp.capture, refund: psp.refund },
})

await serve(channelApp({ runtime, requests, userUrls: settings.USER_URL, webhookSecret: settings.PROVIDER_WEBHOOK_SECRET }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await requests.close()
  },
})
