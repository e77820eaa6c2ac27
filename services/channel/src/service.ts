import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { channelApp } from './app.ts'
import { config } from './config.ts'
import { pspClient } from './psp/client.ts'
import { openRequests } from './store/requests.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'channel',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const requests = openRequests(settings.DATABASE_URL)
    onStop(() => requests.close())
    const psp = pspClient(settings.PROVIDER_URL)
    const runtime = await startService(subscriptions, { settings, fatal, handOver, effects: { capture: psp.capture, refund: psp.refund } })
    onStop(() => runtime.stop())
    return { app: channelApp({ runtime, requests, userUrls: settings.USER_URL, webhookSecret: settings.PROVIDER_WEBHOOK_SECRET }) }
  },
})
