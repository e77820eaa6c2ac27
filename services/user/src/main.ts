import { patiently, startService } from '@murmuration/choreography'
import { isOutage, readConfig, serve } from '@murmuration/http'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { userApp } from './app.ts'
import { config } from './config.ts'
import { ensureAdministrator } from './first-administrator.ts'
import { openDatabase } from './store/client.ts'
import { subscriptions } from './subscriptions.ts'

const settings = readConfig(config)
const redis = connectRedis(settings.REDIS_URL)
const database = openDatabase(settings.DATABASE_URL)
const runtime = await startService(subscriptions, { databaseUrl: settings.DATABASE_URL, kafkaBrokers: settings.KAFKA_BROKERS })
await redisReady(redis)

const limits = { perAccount: settings.LOGIN_ATTEMPTS_PER_ACCOUNT, perAddress: settings.LOGIN_ATTEMPTS_PER_ADDRESS }
const { app, context } = await patiently('PostgreSQL', () => userApp({ runtime, database, redis, limits }), isOutage)
const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings
if (email !== undefined && password !== undefined)
  await patiently('PostgreSQL', () => ensureAdministrator(context, { email, password }), isOutage)

const daily = setInterval(() => void context.refreshTokens.prune().catch(() => {}), 24 * 3600_000)
await serve(app, {
  port: settings.PORT,
  host: settings.HOST,
  async stop() {
    clearInterval(daily)
    await runtime.stop()
    await database.$disconnect()
    redis.disconnect()
  },
})
