import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { serviceEnv } from '@murmuration/http'
import { orderApp } from './app.ts'
import { countHandled } from './metrics.ts'
import { openOrders } from './store/orders.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'order',
  settings: serviceEnv,
  async start({ settings, fatal, onStop }) {
    const orders = openOrders(settings.DATABASE_URL)
    onStop(() => orders.close())
    const runtime = await startService(subscriptions, { settings, fatal, onHandled: countHandled })
    onStop(() => runtime.stop())
    return { app: orderApp({ runtime, orders, userUrls: settings.USER_URL }) }
  },
})
