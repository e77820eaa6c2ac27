import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { PaymentInitiated } from '@murmuration/contracts'
import { type TestIssuer, testIssuer } from '@murmuration/http/testing'
import { freshDatabase } from '@murmuration/testing'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { riskApp } from '../src/app.ts'
import { defaults, ruleNames } from '../src/domain/rules.ts'
import { openRules, type StoredRules } from '../src/store/rules.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { initiated, nextId } from './builders.ts'

let under: ServiceUnderTest
let issuer: TestIssuer
let stored: StoredRules
let app: Express
let admin = ''
const adminId = nextId()

beforeAll(async () => {
  const databaseUrl = await freshDatabase({ service: 'risk' })
  under = await serviceUnderTest(subscriptions, { databaseUrl })
  issuer = await testIssuer()
  stored = openRules(databaseUrl)
  const runtime = { execute: under.execute, readiness: async () => ({ ready: true, reasons: [] }), parking: under.parking }
  app = riskApp({ runtime, stored, userUrls: [issuer.url] })
  admin = await issuer.bearer(adminId, 'admin')
})
afterAll(async () => {
  await under.stop()
  await Promise.all([issuer.close(), stored.close()])
})

const put = (name: string, body: object, token = admin) => request(app).put(`/rules/${name}`).set('authorization', token).send(body)
const all = async () => (await request(app).get('/rules').set('authorization', admin).expect(200)).body.items as { name: string }[]

it('shows all rules, and changes one at run time', async () => {
  expect(await all()).toEqual(Object.values(defaults))
  const params = { above: { EUR: 100 } }
  const { body } = await put('amount_high', { points: 80, params }).expect(200)
  expect(body).toMatchObject({ name: 'amount_high', enabled: true, points: 80, params, changedBy: adminId })
  expect((await all()).map(({ name }) => name)).toEqual(ruleNames)
  expect((await all())[0]).toEqual(body)
  const { emitted } = await under.deliver(PaymentInitiated(initiated()))
  expect(emitted).toMatchObject([{ type: 'PaymentRiskRejected', data: { reasons: expect.arrayContaining(['amount_high']) } }])
  expect((await put('amount_high', { enabled: false }).expect(200)).body).toMatchObject({ enabled: false, points: 80, params })
})

it.each([
  ['amount_high', { points: 101 }, 'points'],
  ['amount_high', { enabled: 'yes' }, 'enabled'],
  ['amount_high', { params: { above: { EUR: -1 } } }, 'params/above/EUR'],
  ['amount_high', { params: { above: { XXX: 1 } } }, 'params/above/XXX'],
  ['amount_high', { params: { countries: [] } }, 'params/countries'],
  ['sum_hour', { params: { minutes: 61, above: {} } }, 'params/minutes'],
  ['country_blocked', { params: { countries: ['germany'] } }, 'params/countries/0'],
  ['country_blocked', { params: { countries: ['DE', 'ZZ'] } }, 'params/countries/1'],
  ['user_blocked', { params: { userIds: ['me'] } }, 'params/userIds/0'],
  ['unusual_hour', { params: { fromHour: 24, toHour: 1 } }, 'params/fromHour'],
  ['unusual_hour', { name: 'other' }, 'name'],
])('refuses a change of %s to %j and names %s', async (name, body, field) => {
  const answer = await put(name, body).expect(400)
  expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field)
})

it('refuses a change of nothing, and of no known rule', async () => {
  await put('amount_high', {}).expect(400)
  expect((await put('toString', { points: 1 }).expect(404)).body.code).toBe('rule_not_found')
})

it('is for administrators only', async () => {
  await request(app).get('/rules').expect(401)
  await put('amount_high', { points: 1 }, await issuer.bearer(nextId())).expect(403)
})
