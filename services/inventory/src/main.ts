import { startService } from '@murmuration/choreography'
import { readConfig, serve } from '@murmuration/http'
import { inventoryApp } from './app.ts'
import { config } from './config.ts'
import { countHandled, exposeLevels } from './metrics.ts'
import { openLevels } from './store/levels.ts'
import { subscriptionsWith } from './subscriptions.ts'

const settings = readConfig(config)
const levels = openLevels(settings.DATABASE_URL)
exposeLevels(levels)
const runtime = await startService(subscriptionsWith(settings.RESERVATION_TTL_MS), {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  onHandled: countHandled,
})

await serve(inventoryApp({ runtime, levels, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await levels.close()
  },
})
