import { randomUUID } from 'node:crypto'
import { startMemorySdk } from '@murmuration/telemetry/testing'
import { eventually } from '@murmuration/testing'
import { SpanKind } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { incoming, shared } from './instances.ts'
import { orderPlaced, SKU } from './sample.ts'

const sdk = startMemorySdk()
let world: Awaited<ReturnType<typeof shared>>
beforeAll(async () => {
  world = await shared()
  await world.query('INSERT INTO stock (id, available) VALUES ($1, 100000)', [SKU])
})
beforeEach(() => sdk.reset())
afterAll(async () => {
  await world.stop()
  await sdk.stop()
})

const ORIGIN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const spansOf = (sagaId: string) => sdk.spans().filter(({ attributes }) => attributes['saga.id'] === sagaId)

it('opens one new root span for each handled message, linked to its origin, with the decision and the send below it', async () => {
  const runtime = await world.start()
  const message = incoming(orderPlaced(randomUUID()))
  await runtime.handle([{ ...message, headers: { ...message.headers, traceparent: ORIGIN } }])
  await eventually(() => expect(spansOf(message.key as string)).toHaveLength(3))

  const [decision, process, send] = ['inventory.reserve', 'process order.events', 'send inventory.events'].map((name) =>
    spansOf(message.key as string).find((span) => span.name === name),
  )
  expect(process).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanContext: undefined })
  expect(process?.links.map(({ context }) => context.traceId)).toEqual(['0af7651916cd43dd8448eb211c80319c'])
  expect(process?.spanContext().traceId).not.toBe('0af7651916cd43dd8448eb211c80319c')
  expect(decision?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId)
  expect(send?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId)
  expect(send?.links.map(({ context }) => context.spanId)).toEqual([process?.spanContext().spanId])

  const [published] = world.log.records('inventory.events').filter(({ key }) => key === message.key)
  expect(published?.headers['traceparent']).toBe(`00-${process?.spanContext().traceId}-${process?.spanContext().spanId}-01`)
})

it('opens no span for a duplicate, and a root without link where the origin is missing or malformed', async () => {
  const runtime = await world.start()
  const message = incoming(orderPlaced(randomUUID()))
  await runtime.handle([{ ...message, headers: { ...message.headers, traceparent: 'rubbish' } }])
  await runtime.handle([message])
  const processes = spansOf(message.key as string).filter(({ name }) => name.startsWith('process'))
  expect(processes.map(({ links }) => links)).toEqual([[]])
})

it('has one span for each message although its batch had to run again', async () => {
  const [one, two] = [await world.start(), await world.start()]
  const orders = Array.from({ length: 50 }, () => randomUUID())
  // Different events about the same orders: one of each pair conflicts with the other and runs again.
  await Promise.all([one.handle(orders.map((id) => incoming(orderPlaced(id)))), two.handle(orders.map((id) => incoming(orderPlaced(id))))])
  const ids = sdk
    .spans()
    .filter(({ name }) => name === 'process order.events')
    .map(({ attributes }) => attributes['messaging.message.id'])
  expect(ids).toHaveLength(100)
  expect(new Set(ids).size).toBe(100)
})

it('records a parked message as an error', async () => {
  const runtime = await world.start()
  const message = incoming(orderPlaced(randomUUID(), { city: 'Forbidden' }))
  await runtime.handle([message])
  const [span, ...more] = spansOf(message.key as string).filter(({ name }) => name.startsWith('process'))
  expect(more).toEqual([])
  expect(span).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'forbidden_city', 'murmuration.outcome': 'parked' } })
})

it('links a replay to the attempt that failed, besides the origin', async () => {
  const runtime = await world.start()
  const message = incoming(orderPlaced(randomUUID(), { city: 'Forbidden' }))
  await runtime.handle([message])
  const key = message.key as string
  await runtime.parking.replay({ key, dryRun: false })
  const [failed, again] = spansOf(key).filter(({ name }) => name.startsWith('process'))
  expect(again?.links.map(({ context }) => context.spanId)).toEqual([
    ...(failed?.links.map(({ context }) => context.spanId) ?? []),
    failed?.spanContext().spanId,
  ])
})
