import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { notificationApp } from '../src/app.ts'
import { openWishes, type StoredWishes } from '../src/store/wishes.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { nextId } from './builders.ts'

let under: ServiceUnderTest
let issuer: TestIssuer
let wishes: StoredWishes
let app: Express

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'notification' })
  under = await serviceUnderTest(subscriptions, { databaseUrl })
  issuer = await testIssuer()
  wishes = openWishes(databaseUrl)
  const runtime = { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking: under.parking }
  app = notificationApp({ runtime, wishes, userUrls: [issuer.url] })
})
afterAll(async () => {
  await under.stop()
  await Promise.all([issuer.close(), wishes.close()])
})

it('lets users say how they want to be told, each for themselves', async () => {
  const [ada, eva] = [await issuer.bearer(nextId()), await issuer.bearer(nextId())]
  const get = async (who: string) => (await request(app).get('/preferences').set('authorization', who).expect(200)).body
  expect(await get(ada)).toEqual({ email: true, muted: [] })
  const wanted = { email: false, muted: ['order_failed', 'order_cancelled', 'order_failed'] }
  const { body } = await request(app).put('/preferences').set('authorization', ada).send(wanted).expect(200)
  expect(body).toEqual({ email: false, muted: ['order_cancelled', 'order_failed'] })
  expect(await get(ada)).toEqual(body)
  expect(await get(eva)).toEqual({ email: true, muted: [] })
})

it.each([
  [{ email: 'yes', muted: [] }, 'email'],
  [{ email: true, muted: ['weather'] }, 'muted/0'],
  [{ email: true, muted: [], userId: nextId() }, 'userId'],
  [{ email: true }, 'muted'],
])('refuses %j and names the field', async (body, field) => {
  const answer = await request(app)
    .put('/preferences')
    .set('authorization', await issuer.bearer(nextId()))
    .send(body)
    .expect(400)
  expect(answer.body.errors).toMatchObject([{ field }])
})

it('asks who it is', async () => {
  await request(app).get('/preferences').expect(401)
  await request(app).put('/preferences').send({ email: true, muted: [] }).expect(401)
})
