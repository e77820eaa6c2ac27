import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import { PaymentInitiated } from '@murmuration/contracts'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { changeRule } from '../src/commands/change-rule.ts'
import { defaults } from '../src/domain/rules.ts'
import { assessments, profiles } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import { initiated, nextId } from './builders.ts'

let under: ServiceUnderTest
const admin = nextId()
const block = (countries: readonly string[]) =>
  under.execute(changeRule, { name: 'country_blocked', params: { countries }, changedBy: admin })
const quietHours = (enabled: boolean) => under.execute(changeRule, { name: 'unusual_hour', enabled, changedBy: admin })

beforeAll(async () => {
  under = await serviceUnderTest(subscriptions, { databaseUrl: await freshDatabase({ service: 'risk' }) })
  // The tests may run at night.
  await quietHours(false)
})
afterAll(() => under.stop())
afterEach(() => block([]))

it('clears an ordinary payment, and keeps the decision', async () => {
  const payment = initiated()
  expect(await under.deliver(PaymentInitiated(payment))).toMatchObject({
    outcome: 'handled',
    emitted: [
      {
        type: 'PaymentRiskCleared',
        data: { orderId: payment.orderId, paymentId: payment.paymentId, userId: payment.userId, score: 0, level: 'low', reasons: [] },
      },
    ],
  })
  expect(await under.row(assessments, payment.paymentId)).toMatchObject({
    orderId: payment.orderId,
    amount: 9_900,
    currency: 'EUR',
    level: 'low',
  })
})

it('rejects a payment from a blocked country, from the change on', async () => {
  const before = await under.deliver(PaymentInitiated(initiated({ country: 'KP' })))
  await block(['KP'])
  const after = await under.deliver(PaymentInitiated(initiated({ country: 'KP' })))
  expect([before.emitted[0]?.type, after.emitted[0]?.type]).toEqual(['PaymentRiskCleared', 'PaymentRiskRejected'])
  expect(after.emitted[0]?.data).toMatchObject({ score: 100, level: 'high', reasons: ['country_blocked'] })
})

it('judges a payment once, even when the rules have changed since', async () => {
  const payment = initiated()
  await under.deliver(PaymentInitiated(payment))
  await block(['DE'])
  expect(await under.deliver(PaymentInitiated(payment))).toMatchObject({
    outcome: 'ignored',
    reason: 'repeated: the payment was judged low',
  })
  expect(await under.emitted(payment.orderId)).toHaveLength(1)
  expect((await under.row(profiles, payment.userId))?.minutes).toMatchObject([{ count: 1 }])
})

it('counts all payments of a user in one batch', async () => {
  const userId = nextId()
  const outcomes = await under.deliverAll(Array.from({ length: 100 }, () => PaymentInitiated(initiated({ userId }))))
  const scores = outcomes.flatMap(({ emitted }) => emitted.map(({ data }) => (data as { score: number }).score))
  expect(scores.filter((score) => score > 0)).toHaveLength(40)
  expect(Math.max(...scores)).toBe(defaults.frequency_minute.points)
  const counted = (await under.row(profiles, userId))?.minutes.reduce((sum, { count }) => sum + count, 0)
  expect(counted).toBe(100)
})

it('counts payments of a user that come in batches at the same time', async () => {
  const userId = nextId()
  await Promise.all(
    Array.from({ length: 8 }, () => under.deliverAll(Array.from({ length: 5 }, () => PaymentInitiated(initiated({ userId }))))),
  )
  expect((await under.row(profiles, userId))?.minutes.reduce((sum, { count }) => sum + count, 0)).toBe(40)
})

it.each([
  { amount: { amount: 1, currency: 'EUR' } },
  { amount: { amount: 9_900, currency: 'USD' } },
  { userId: nextId() },
  { orderId: nextId() },
] as const)('parks a payment that was judged with other facts than %o', async (forged) => {
  const payment = initiated()
  await under.deliver(PaymentInitiated(payment))
  expect(await under.deliver(PaymentInitiated({ ...payment, ...forged }))).toMatchObject({ outcome: 'parked', reason: 'forged_payment' })
  expect(await under.emitted(payment.orderId)).toHaveLength(1)
})
