import { startService } from '@murmuration/choreography'
import { readConfig, serve, serviceEnv } from '@murmuration/http'
import { paymentApp } from './app.ts'
import { paymentMetrics } from './metrics.ts'
import { openPayments } from './store/payments.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(serviceEnv)
const payments = openPayments(settings.DATABASE_URL)
const runtime = await startService(subscriptions, {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  onHandled: paymentMetrics(),
})

await serve(paymentApp({ runtime, payments, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await payments.close()
  },
})
