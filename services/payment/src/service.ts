import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { serviceEnv } from '@murmuration/http'
import { paymentApp } from './app.ts'
import { paymentMetrics } from './metrics.ts'
import { openPayments } from './store/payments.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'payment',
  settings: serviceEnv,
  async start({ settings, fatal, onStop }) {
    const payments = openPayments(settings.DATABASE_URL)
    onStop(() => payments.close())
    const runtime = await startService(subscriptions, { settings, fatal, onHandled: paymentMetrics() })
    onStop(() => runtime.stop())
    return { app: paymentApp({ runtime, payments, userUrls: settings.USER_URL }) }
  },
})
