import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { serviceEnv } from '@murmuration/http'
import { riskApp } from './app.ts'
import { riskMetrics } from './metrics.ts'
import { openRules } from './store/rules.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'risk',
  settings: serviceEnv,
  async start({ settings, fatal, handOver, onStop }) {
    const stored = openRules(settings.DATABASE_URL)
    onStop(() => stored.close())
    const runtime = await startService(subscriptions, { settings, fatal, handOver, onHandled: riskMetrics() })
    onStop(() => runtime.stop())
    return { app: riskApp({ runtime, stored, userUrls: settings.USER_URL }) }
  },
})
