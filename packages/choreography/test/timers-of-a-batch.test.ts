import { OrderCancelled, OrderPlaced } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { expect, it } from 'vitest'
import { after, on, type ServiceDefinition, service, table } from '../src/index.ts'
import { memoryDatabase, memoryLog, memoryStore } from '../src/memory/index.ts'
import { startRuntime } from '../src/runtime/runtime.ts'
import { incoming } from './instances.ts'

const holds = table<{ id: string }>('holds', { key: 'id' })
const reads = ({ sagaId }: { sagaId: string }) => ({ hold: holds.one(sagaId) })
const definition: ServiceDefinition = service({
  name: 'inventory',
  topic: 'inventory.events',
  group: 'inventory',
  tables: [holds],
  reactions: [
    on(OrderPlaced, { emits: [], arms: ['expires'], reads, decide: () => ({ arm: [{ timer: 'expires' as const, inMs: 60_000 }] }) }),
    on(OrderCancelled, { emits: [], reads, decide: () => ({ disarm: ['expires'] }) }),
  ],
  timers: [after('expires', { emits: [], reads, decide: () => ({}) })],
})

const placed = { event: OrderPlaced, data: exampleOf(OrderPlaced) }
const cancelled = { event: OrderCancelled, data: { ...exampleOf(OrderCancelled), orderId: placed.data.orderId } }

it.each([
  ['leaves no timer that a later message of the batch has disarmed', [placed, cancelled], 0],
  ['keeps a timer that was armed again in the same batch', [placed, cancelled, placed], 1],
  ['arms a timer once that two messages of the batch have armed', [placed, placed], 1],
])('%s', async (_, messages, timers) => {
  const database = memoryDatabase({ now: Date.now })
  const store = memoryStore(database, { consumer: 'inventory' })
  const runtime = await startRuntime(definition, { store, eventLog: memoryLog(), stopDeadlineMs: 10 })
  await runtime.handle(messages.map((message) => incoming(message)))
  expect(database.timers.size).toBe(timers)
  await runtime.stop()
})
