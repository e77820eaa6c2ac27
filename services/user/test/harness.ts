import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { connectRedis, redisReady } from '@murmuration/http/redis'
import { freshDatabase, uniqueName } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { userApp } from '../src/app.ts'
import { ensureAdministrator } from '../src/first-administrator.ts'
import type { Context } from '../src/routes/context.ts'
import { type Database, openDatabase } from '../src/store/client.ts'
import { subscriptions } from '../src/subscriptions.ts'

export const password = 'correct horse battery'
export const administrator = { email: 'admin@example.org', password: 'an administrator' }

export interface Harness {
  app: Express
  context: Context
  under: ServiceUnderTest
  /** One more instance of the service, on the same database and Redis. */
  another(): Promise<Express>
  register(more?: object): Promise<{ userId: string; email: string }>
  login(email: string, given?: string, address?: string): request.Test
  as(email: string, given?: string): Promise<{ bearer: string; refreshToken: string }>
  stop(): Promise<void>
}

/** The whole service on a real database and Redis, with the log in memory. */
export async function startUser({
  redisUrl = process.env['REDIS_URL'] ?? '',
  /** How its reads get to the database, e.g. through something that can be cut. */
  way = async (databaseUrl: string) => databaseUrl,
} = {}): Promise<Harness> {
  const databaseUrl = await freshDatabase({ service: 'user' })
  const under = await serviceUnderTest(subscriptions, { databaseUrl })
  const database = openDatabase(await way(databaseUrl))
  const redis = connectRedis(redisUrl)
  await redisReady(redis, 200)
  const runtime = { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking: under.parking }
  const limits = { perAccount: 5, perAddress: 20 }
  const { app, context } = await userApp({ runtime, database, redis, limits })
  const more: Database[] = []
  await ensureAdministrator(context, administrator)

  const login = (email: string, given = password, address = uniqueName('address')) =>
    request(app).post('/auth/login').set('client-address', address).send({ email, password: given })
  return {
    app,
    context,
    under,
    login,
    async another() {
      const own = openDatabase(databaseUrl)
      more.push(own)
      return (await userApp({ runtime, database: own, redis, limits })).app
    },
    async register(more = {}) {
      const name = uniqueName('user')
      const { body } = await request(app)
        .post('/auth/register')
        .send({ email: `${name}@example.org`, username: name, password, fullName: 'Ada', ...more })
        .expect(201)
      return body
    },
    async as(email, given) {
      const { body } = await login(email, given).expect(200)
      return { bearer: `Bearer ${body.accessToken}`, refreshToken: body.refreshToken }
    },
    async stop() {
      redis.disconnect()
      await Promise.all([database, ...more].map((each) => each.$disconnect()))
      await under.stop()
    },
  }
}
