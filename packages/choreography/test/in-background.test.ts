import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Transient } from '@murmuration/contracts'
import { eventually } from '@murmuration/testing'
import { afterEach, expect, it } from 'vitest'
import { inBackground } from '../src/in-background.ts'
import { memoryDatabase, memoryLog, memoryStore } from '../src/memory/index.ts'
import type { EventLog } from '../src/ports.ts'
import { type InspectableRuntime, startRuntime } from '../src/runtime/runtime.ts'
import { incoming } from './instances.ts'
import { inventory, orderPlaced, restock, SKU } from './sample.ts'

let runtime: InspectableRuntime | undefined
afterEach(() => runtime?.stop())

const started = async (eventLog: EventLog, fatal: (error: Error) => void = () => {}) => {
  const store = memoryStore(memoryDatabase({ now: Date.now }), { consumer: 'inventory' })
  runtime = await startRuntime(inventory, { store, eventLog: inBackground(eventLog), stopDeadlineMs: 100, fatal })
  return runtime
}

// fault: broker gone
it('a service that starts while the log is away takes commands, says what it lacks, and consumes when the log is there', async () => {
  const log = memoryLog()
  let away = true
  const there = <Result>(answer: () => Promise<Result>) => (away ? Promise.reject(new Transient('no broker')) : answer())
  const { execute, readiness } = await started({
    ...log,
    ensureTopics: (topics) => there(() => log.ensureTopics(topics)),
    consume: (options) => there(() => log.consume(options)),
  })
  expect(await execute(restock, { sku: SKU, quantity: 5 })).toEqual({ id: SKU, available: 5 })
  expect(await readiness()).toEqual({ ready: false, reasons: ['the consumer has not joined its group yet'] })
  const placed = incoming(orderPlaced(randomUUID()))
  log.write(placed.topic, placed)
  await sleep(100)
  expect(log.records('inventory.events')).toEqual([])
  away = false
  await eventually(() => expect(log.records('inventory.events').map(({ key }) => key)).toEqual([placed.key]))
  expect((await readiness()).ready).toBe(true)
})

it('a service that is stopped before it has joined leaves the group as soon as it has', async () => {
  const log = memoryLog()
  const joined = Promise.withResolvers<void>()
  let left = false
  const { stop } = await started({
    ...log,
    async consume(options) {
      await joined.promise
      const consumer = await log.consume(options)
      return { ...consumer, close: () => Promise.resolve(void (left = true)) }
    },
  })
  await stop()
  expect(left).toBe(false)
  joined.resolve()
  await eventually(() => expect(left).toBe(true))
})

it('what does not pass by itself ends the service', async () => {
  const fatal = Promise.withResolvers<Error>()
  await started({ ...memoryLog(), consume: () => Promise.reject(new Error('not allowed to read')) }, fatal.resolve)
  expect((await fatal.promise).message).toBe('not allowed to read')
})
