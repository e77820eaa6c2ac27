import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { orderApp } from './app.ts'
import { config, returnRules } from './config.ts'
import { countHandled } from './metrics.ts'
import { openOrders } from './store/orders.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'order',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const orders = openOrders(settings.DATABASE_URL)
    onStop(() => orders.close())
    const runtime = await startService(subscriptions, { settings, fatal, handOver, onHandled: countHandled })
    onStop(() => runtime.stop())
    return { app: orderApp({ runtime, orders, returns: returnRules(settings), userUrls: settings.USER_URL }) }
  },
})
