import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { paymentApp } from './app.ts'
import { config } from './config.ts'
import { exposeFailedRefunds, paymentMetrics } from './metrics.ts'
import { openPayments } from './store/payments.ts'
import { subscriptionsWith } from './subscriptions.ts'

export const service = hosted({
  name: 'payment',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const payments = openPayments(settings.DATABASE_URL)
    onStop(() => payments.close())
    exposeFailedRefunds(payments)
    const runtime = await startService(subscriptionsWith(settings.REFUND_RETRIES_MS), {
      settings,
      fatal,
      handOver,
      onHandled: paymentMetrics(),
    })
    onStop(() => runtime.stop())
    return { app: paymentApp({ runtime, payments, userUrls: settings.USER_URL }) }
  },
})
