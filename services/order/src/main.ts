import { startService } from '@murmuration/choreography'
import { readConfig, serve, serviceEnv } from '@murmuration/http'
import { orderApp } from './app.ts'
import { countHandled } from './metrics.ts'
import { openOrders } from './store/orders.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(serviceEnv)
const orders = openOrders(settings.DATABASE_URL)
const runtime = await startService(subscriptions, {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  onHandled: countHandled,
})

await serve(orderApp({ runtime, orders, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await orders.close()
  },
})
