import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import { productApp } from '../src/app.ts'
import { openCatalogue } from '../src/store/catalogue.ts'
import { timeoutMs } from '../src/store/maybe-redis.ts'
import { subscriptions } from '../src/subscriptions.ts'

export interface Harness {
  readonly app: Express
  readonly under: ServiceUnderTest
  readonly issuer: TestIssuer
  stop(): Promise<void>
}

/** The whole service on a real database and Redis, with the log in memory. */
export async function startProduct(): Promise<Harness> {
  const databaseUrl = await freshDatabase({ service: 'product' })
  const [under, issuer] = await Promise.all([serviceUnderTest(subscriptions, { databaseUrl }), testIssuer()])
  const catalogue = openCatalogue(databaseUrl)
  const redis = connectRedis(process.env['REDIS_URL'] ?? '', { timeoutMs })
  await redisReady(redis)
  const parking = {
    list: under.parked,
    show: async () => undefined,
    replay: async () => ({ dryRun: true, results: [], aborted: false }),
    discard: async () => 0,
  }
  const runtime = { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking }
  return {
    app: productApp({ runtime, catalogue, redis, userUrls: [issuer.url] }),
    under,
    issuer,
    async stop() {
      redis.disconnect()
      await Promise.all([under.stop(), issuer.close(), catalogue.close()])
    },
  }
}
