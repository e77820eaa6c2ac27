import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { connectRedis } from '@murmuration/http/redis'
import { productApp } from './app.ts'
import { config } from './config.ts'
import { openCatalogue } from './store/catalogue.ts'
import { timeoutMs } from './store/maybe-redis.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'product',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const redis = connectRedis(settings.REDIS_URL, { timeoutMs })
    onStop(() => redis.disconnect())
    const catalogue = openCatalogue(settings.DATABASE_URL)
    onStop(() => catalogue.close())
    const runtime = await startService(subscriptions, { settings, fatal, handOver })
    onStop(() => runtime.stop())
    return { app: productApp({ runtime, catalogue, redis, userUrls: settings.USER_URL }) }
  },
})
