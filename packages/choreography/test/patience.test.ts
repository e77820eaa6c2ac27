import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ignore, notYet, OrderCancelled, OrderPlaced, ProductPriceChanged } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { eventually } from '@murmuration/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { on, type ServiceDefinition, service, table } from '../src/index.ts'
import { memoryDatabase, memoryLog, memoryStore } from '../src/memory/index.ts'
import { type InspectableRuntime, startRuntime } from '../src/runtime/runtime.ts'
import { incoming } from './instances.ts'

interface Hold {
  readonly id: string
  readonly ended: boolean
}
const holds = table<Hold>('holds', { key: 'id' })
const holding = (id: string): Hold => ({ id, ended: false })
const reads = ({ sagaId }: { sagaId: string }) => ({ hold: holds.one(sagaId) })
const definition: ServiceDefinition = service({
  name: 'inventory',
  topic: 'inventory.events',
  group: 'inventory',
  tables: [holds],
  reactions: [
    on(OrderPlaced, {
      emits: [],
      reads,
      decide: ({ sagaId }, { hold }) => (hold === undefined ? { rows: { hold: holding(sagaId) } } : ignore('held already')),
    }),
    on(OrderCancelled, {
      emits: [],
      reads,
      decide: (_, { hold }) => (hold === undefined ? notYet('nothing is held yet') : { rows: { hold: { ...hold, ended: true } } }),
    }),
  ],
})
const placed = { event: OrderPlaced, data: exampleOf(OrderPlaced) }
const { orderId } = placed.data
const cancelled = { event: OrderCancelled, data: { ...exampleOf(OrderCancelled), orderId } }

it('is kept with a message that came early: five tries by time, and one more when what it waits for comes at last', async () => {
  let now = Date.now()
  const database = memoryDatabase({ now: () => now })
  const store = memoryStore(database, { consumer: 'inventory' })
  const runtime = await startRuntime(definition, { store, eventLog: memoryLog(), stopDeadlineMs: 10 })
  const early = () => [...database.parked.values()][0]
  expect(await runtime.handle([incoming(cancelled)])).toMatchObject([{ outcome: 'deferred' }])
  for (const [tries, waitedMs] of [1_000, 2_000, 4_000, 8_000, 16_000].entries()) {
    expect(early()).toMatchObject({ status: 'deferred', attempts: tries + 1 })
    now += waitedMs - 10
    await runtime.handle([])
    expect(early()).toMatchObject({ status: 'deferred', attempts: tries + 1 })
    now += 10
    await eventually(() => expect(early()?.attempts === tries + 2 || early()?.status === 'parked').toBe(true))
  }
  expect(early()).toMatchObject({ status: 'parked', reason: 'never_came', blocks: false })
  expect(await runtime.handle([incoming(placed)])).toMatchObject([{ outcome: 'handled' }])
  await eventually(() => expect(early()?.status).toBe('replayed'))
  expect((await store.begin().load({ name: 'holds', key: 'id', lock: false }, [orderId])).get(orderId)?.row).toMatchObject({
    ended: true,
  })
  await runtime.stop()
})

it('does not let two that wait for the same message wake each other', async () => {
  const database = memoryDatabase({ now: () => 0 })
  let decided = 0
  const runtime = await startRuntime(definition, {
    store: memoryStore(database, { consumer: 'inventory' }),
    eventLog: memoryLog(),
    stopDeadlineMs: 10,
    onHandled: () => decided++,
  })
  for (let count = 0; count < 2; count++) await runtime.handle([incoming(cancelled)])
  await sleep(100)
  expect([...database.parked.values()].map(({ attempts }) => attempts)).toEqual([1, 1])
  expect(decided).toBe(2)
  await runtime.handle([incoming(placed)])
  await eventually(() => expect([...database.parked.values()].map(({ status }) => status)).toEqual(['replayed', 'replayed']))
  await runtime.stop()
})

it('decides a message once that is tried again for two reasons at the same time', async () => {
  const database = memoryDatabase({ now: Date.now })
  const runtime = await startRuntime(definition, {
    store: memoryStore(database, { consumer: 'inventory' }),
    eventLog: memoryLog(),
    stopDeadlineMs: 10,
    onHandled: ({ name, outcome }) => handled.push(`${name} ${outcome}`),
  })
  const handled: string[] = []
  await runtime.handle([incoming(cancelled)])
  // Two messages of its saga in two batches ask for it before it is tried.
  await Promise.all([runtime.handle([incoming(placed)]), runtime.handle([incoming(placed)])])
  await eventually(() => expect(handled).toContain('OrderCancelled handled'))
  expect(handled.filter((each) => each === 'OrderCancelled handled')).toHaveLength(1)
  await runtime.stop()
})

describe('what breaks and nobody knows why', () => {
  const bug = { there: false }
  const prices = table<{ id: string; seen: readonly number[] }>('prices', { key: 'id' })
  const keeper: ServiceDefinition = service({
    name: 'order',
    topic: 'order.events',
    group: 'order',
    tables: [prices],
    reactions: [
      on(ProductPriceChanged, {
        emits: [],
        reads: ({ sagaId }) => ({ price: prices.one(sagaId) }),
        decide({ sagaId, data }, { price }) {
          const { amount } = data.price
          if (bug.there && amount === 13) throw new TypeError('undefined is not a function')
          return { rows: { price: { id: sagaId, seen: [...(price?.seen ?? []), amount] } } }
        },
      }),
    ],
  })
  const priced = (productId: string, amount: number) =>
    incoming({ event: ProductPriceChanged, data: { ...exampleOf(ProductPriceChanged), productId, price: { amount, currency: 'EUR' } } })
  const [victim, other] = [randomUUID(), randomUUID()]

  let now = Date.now()
  let database = memoryDatabase({ now: () => now })
  let runtime: InspectableRuntime | undefined
  const start = async () => {
    now = Date.now()
    database = memoryDatabase({ now: () => now })
    bug.there = true
    runtime = await startRuntime(keeper, { store: memoryStore(database, { consumer: 'order' }), eventLog: memoryLog(), stopDeadlineMs: 10 })
    return runtime
  }
  afterEach(() => runtime?.stop())
  const seen = (key: string) => (database.tables.get('prices')?.get(key)?.row as { seen: number[] } | undefined)?.seen
  const kept = () => [...database.parked.values()].map(({ status, reason, attempts }) => `${status} ${reason} ${attempts}`)

  // fault: outage that looks like a defect
  it('is tried again for some minutes; later messages of its key wait behind it, others do not, and then all come in their order', async () => {
    const { handle } = await start()
    const outcomes = await handle([priced(victim, 12), priced(victim, 13), priced(victim, 14), priced(other, 1)])
    expect(outcomes.map((outcome) => outcome?.outcome)).toEqual(['handled', 'deferred', 'deferred', 'handled'])
    expect(await handle([priced(victim, 15)])).toMatchObject([{ outcome: 'deferred', reason: 'behind' }])
    for (const [tries, waitedMs] of [1_000, 5_000, 15_000].entries()) {
      expect(kept()).toEqual([`deferred broken ${tries + 1}`, 'deferred behind 0', 'deferred behind 0'])
      now += waitedMs
      await eventually(() => expect(kept()[0]).toBe(`deferred broken ${tries + 2}`))
    }
    expect([seen(victim), seen(other)]).toEqual([[12], [1]])
    bug.there = false
    now += 45_000
    await eventually(() => expect(seen(victim)).toEqual([12, 13, 14, 15]))
    expect(await handle([priced(victim, 16)])).toMatchObject([{ outcome: 'handled' }])
    expect(new Set([...database.parked.values()].map(({ status }) => status))).toEqual(new Set(['replayed']))
  })

  it('is parked after six tries, with what waits behind it, and a replay goes on in order', async () => {
    const { handle, parking } = await start()
    await handle([priced(victim, 13), priced(victim, 14)])
    for (const waitedMs of [1_000, 5_000, 15_000, 45_000, 120_000]) {
      const before = kept()[0]
      now += waitedMs
      await eventually(() => expect(kept()[0]).not.toBe(before))
    }
    expect(kept()[0]).toBe('parked broken 5')
    // It finds out at its own next try that it is an operator's turn now.
    now += 5_000
    await eventually(() => expect(kept()[1]).toBe('parked behind 0'))
    expect(await handle([priced(victim, 15)])).toMatchObject([{ outcome: 'parked', reason: 'behind' }])
    bug.there = false
    await parking.replay({ key: victim, dryRun: false, ratePerSecond: 5_000 })
    expect(seen(victim)).toEqual([13, 14, 15])
  })

  it('holds back its key also when what waits behind it is tried before it', async () => {
    const { handle } = await start()
    await handle([priced(victim, 13), priced(victim, 14)])
    bug.there = false
    // The first one is due in a second, the second one now.
    for (const [id, row] of database.parked) if (row.reason === 'behind') database.parked.set(id, { ...row, retryAt: now })
    await eventually(() => expect([...database.parked.values()][1]?.retryAt).toBeGreaterThan(now))
    expect(seen(victim)).toBeUndefined()
    now += 5_000
    await eventually(() => expect(seen(victim)).toEqual([13, 14]))
  })
})
