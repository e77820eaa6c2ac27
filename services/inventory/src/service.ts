import { startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { inventoryApp } from './app.ts'
import { config } from './config.ts'
import { countHandled, exposeLevels } from './metrics.ts'
import { openLevels } from './store/levels.ts'
import { subscriptionsWith } from './subscriptions.ts'

export const service = hosted({
  name: 'inventory',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const levels = openLevels(settings.DATABASE_URL)
    onStop(() => levels.close())
    exposeLevels(levels)
    const runtime = await startService(subscriptionsWith(settings.RESERVATION_TTL_MS), {
      settings,
      fatal,
      handOver,
      onHandled: countHandled,
    })
    onStop(() => runtime.stop())
    return { app: inventoryApp({ runtime, levels, userUrls: settings.USER_URL }) }
  },
})
