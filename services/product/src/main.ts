import { startService } from '@murmuration/choreography'
import { readConfig, serve } from '@murmuration/http'
import { connectRedis } from '@murmuration/http/redis'
import { productApp } from './app.ts'
import { config } from './config.ts'
import { openCatalogue } from './store/catalogue.ts'
import { timeoutMs } from './store/maybe-redis.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(config)
const redis = connectRedis(settings.REDIS_URL, { timeoutMs })
const catalogue = openCatalogue(settings.DATABASE_URL)
const runtime = await startService(subscriptions, { databaseUrl: settings.DATABASE_URL, kafkaBrokers: settings.KAFKA_BROKERS })

await serve(productApp({ runtime, catalogue, redis, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await catalogue.close()
    redis.disconnect()
  },
})
