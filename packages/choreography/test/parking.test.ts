import { randomUUID } from 'node:crypto'
import { ProductPriceChanged, RuleViolation } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { on, service, table } from '../src/index.ts'
import { type ServiceUnderTest, serviceUnderTest } from '../src/testing.ts'

/** Keeps every price that it saw, in the order in which it saw them. */
const histories = table<{ id: string; prices: readonly number[] }>('histories', { key: 'id' })
const UNLUCKY = 13
let mended = false

const onPriceChanged = on(ProductPriceChanged, {
  emits: [],
  reads: ({ sagaId }) => ({ history: histories.one(sagaId) }),
  decide: ({ sagaId, data }, { history }) => {
    const { amount } = data.price
    if (amount === UNLUCKY && !mended) throw new RuleViolation('unlucky', 'a bug of ours that is mended later')
    return { rows: { history: { id: sagaId, prices: [...(history?.prices ?? []), amount] } } }
  },
})
const keeper = service({ name: 'order', topic: 'order.events', group: 'order', tables: [histories], reactions: [onPriceChanged] })
const priced = (productId: string, amount: number) =>
  ProductPriceChanged({ ...exampleOf(ProductPriceChanged), productId, price: { amount, currency: 'EUR' } })

let under: ServiceUnderTest
beforeAll(async () => {
  const databaseUrl = await freshDatabase()
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await client.query('CREATE TABLE histories (id text PRIMARY KEY, prices jsonb NOT NULL, version integer NOT NULL DEFAULT 0)')
  await client.end()
  under = await serviceUnderTest(keeper, { databaseUrl })
})
afterAll(() => under?.stop())

const pricesOf = async (key: string) => (await under.row(histories, key))?.prices
const upTo = (end: number): number[] => Array.from({ length: end - UNLUCKY }, (_, index) => UNLUCKY + index)

// row 24
it('replays a thousand messages of many keys in the order of each, while live traffic of the same and of other keys goes on', async () => {
  const keys = Array.from({ length: 20 }, () => randomUUID())
  const parkedEach = 55
  mended = false
  for (let amount = UNLUCKY; amount < UNLUCKY + parkedEach; amount++) await under.deliverAll(keys.map((key) => priced(key, amount)))
  expect(
    (await under.query<{ parked: number }>(`SELECT count(*)::int AS parked FROM choreography.parked WHERE status = 'parked'`))[0]?.parked,
  ).toBe(keys.length * parkedEach)
  const dry = await under.parking.replay({ all: true, dryRun: true })
  expect(new Set(dry.results.map(({ outcome }) => outcome))).toEqual(new Set(['would be handled']))
  expect(await pricesOf(keys[0] as string)).toBeUndefined()

  mended = true
  let replaying = true
  const replay = under.parking.replay({ all: true, dryRun: false, ratePerSecond: 5_000 }).finally(() => (replaying = false))
  const others: string[] = []
  let next = UNLUCKY + parkedEach
  for (; replaying && next < UNLUCKY + parkedEach + 25; next++) {
    await under.deliverAll(keys.map((key) => priced(key, next)))
    const other = randomUUID()
    others.push(other)
    // Nothing holds back who is not concerned.
    expect(await under.deliver(priced(other, 1))).toMatchObject({ outcome: 'handled' })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { results, aborted } = await replay
  expect({ aborted, outcomes: new Set(results.map(({ outcome }) => outcome)) }).toEqual({ aborted: false, outcomes: new Set(['handled']) })
  expect(results.length).toBeGreaterThanOrEqual(keys.length * parkedEach)
  expect(others.length).toBeGreaterThan(0)
  expect((await under.parked()).map(({ key, reason }) => [key, reason])).toEqual([])
  for (const key of keys) expect(await pricesOf(key)).toEqual(upTo(next))
})

it('goes on after an abort where it stopped, in order', async () => {
  const key = randomUUID()
  mended = false
  for (let amount = UNLUCKY; amount < UNLUCKY + 30; amount++) await under.deliver(priced(key, amount))
  mended = true
  const abort = new AbortController()
  const replay = under.parking.replay({ key, dryRun: false, ratePerSecond: 100 }, abort.signal)
  setTimeout(() => abort.abort(), 100)
  const { results, aborted } = await replay
  expect(aborted).toBe(true)
  expect(results.length).toBeLessThan(30)
  expect(await under.deliver(priced(key, UNLUCKY + 30))).toMatchObject({ outcome: 'parked', reason: 'behind' })
  expect(await under.parking.replay({ key, dryRun: false, ratePerSecond: 5_000 })).toMatchObject({ aborted: false })
  expect(await pricesOf(key)).toEqual(upTo(UNLUCKY + 31))
})

it('takes no more messages a second than it is told to', async () => {
  const key = randomUUID()
  mended = false
  for (let amount = UNLUCKY; amount < UNLUCKY + 10; amount++) await under.deliver(priced(key, amount))
  mended = true
  const began = performance.now()
  await under.parking.replay({ key, dryRun: false, ratePerSecond: 20 })
  expect(performance.now() - began).toBeGreaterThanOrEqual(10 * (1000 / 20) - 10)
})
