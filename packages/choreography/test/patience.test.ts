import { setTimeout as sleep } from 'node:timers/promises'
import { ignore, notYet, OrderCancelled, OrderPlaced } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { eventually } from '@murmuration/testing'
import { expect, it } from 'vitest'
import { on, type ServiceDefinition, service, table } from '../src/index.ts'
import { memoryDatabase, memoryLog, memoryStore } from '../src/memory/index.ts'
import { startRuntime } from '../src/runtime/runtime.ts'
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
