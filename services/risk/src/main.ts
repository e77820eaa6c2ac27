import { startService } from '@murmuration/choreography'
import { readConfig, serve, serviceEnv } from '@murmuration/http'
import { riskApp } from './app.ts'
import { countHandled } from './metrics.ts'
import { openRules } from './store/rules.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(serviceEnv)
const stored = openRules(settings.DATABASE_URL)
const runtime = await startService(subscriptions, {
  databaseUrl: settings.DATABASE_URL,
  kafkaBrokers: settings.KAFKA_BROKERS,
  onHandled: countHandled,
})

await serve(riskApp({ runtime, stored, userUrls: settings.USER_URL }), {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    await runtime.stop()
    await stored.close()
  },
})
