import { patiently, startService } from '@murmuration/choreography'
import { hosted } from '@murmuration/host'
import { isOutage } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { userApp } from './app.ts'
import { config } from './config.ts'
import { ensureAdministrator } from './first-administrator.ts'
import { openDatabase } from './store/client.ts'
import { subscriptions } from './subscriptions.ts'

export const service = hosted({
  name: 'user',
  settings: config,
  async start({ settings, fatal, handOver, onStop }) {
    const redis = connectRedis(settings.REDIS_URL)
    onStop(() => redis.disconnect())
    const database = openDatabase(settings.DATABASE_URL)
    onStop(() => database.$disconnect())
    const runtime = await startService(subscriptions, { settings, fatal, handOver })
    onStop(() => runtime.stop())
    await redisReady(redis)

    const limits = { perAccount: settings.LOGIN_ATTEMPTS_PER_ACCOUNT, perAddress: settings.LOGIN_ATTEMPTS_PER_ADDRESS }
    const { app, context } = await patiently('PostgreSQL', () => userApp({ runtime, database, redis, limits }), isOutage)
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings
    if (email !== undefined && password !== undefined)
      await patiently('PostgreSQL', () => ensureAdministrator(context, { email, password }), isOutage)

    const daily = setInterval(() => void context.refreshTokens.prune().catch(() => {}), 24 * 3600_000)
    onStop(() => clearInterval(daily))
    return { app }
  },
})
