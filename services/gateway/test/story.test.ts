import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaLog, kafkaReader } from '@murmuration/choreography'
import { newId } from '@murmuration/http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bookmark } from '../src/events/bookmark.ts'
import { follower } from '../src/events/follower.ts'
import { type Story, story, storyTopics, type Told } from '../src/events/story.ts'

// The stream's other tests have the log in memory; this is what is different on Kafka.
const brokers = String(process.env['KAFKA_BROKERS']).split(',')
const log = kafkaLog({ brokers, clientId: 'story-test' })
const producer = log.producer()
const gateway = (clientId: string): Story =>
  story({
    follower: follower(kafkaReader({ brokers, clientId: `${clientId}-live` }), storyTopics),
    reader: kafkaReader({ brokers, clientId }),
    ensureTopics: (topics) => log.ensureTopics(topics),
  })
const gateways = [gateway('one'), gateway('two')] as const
beforeAll(() => log.ensureTopics(storyTopics))
afterAll(async () => {
  await Promise.all(gateways.map((each) => each.stop()))
  await producer.close()
})

async function publish(orderId: string, type: string, topic: string, cause?: string): Promise<string> {
  const headers = { ce_type: type, ce_id: newId(), ce_source: 'somebody', ce_time: new Date().toISOString() }
  const record = { id: headers.ce_id, topic, key: orderId, headers: { ...headers, ...(cause && { ce_causationid: cause }) }, body: '{}' }
  await producer.send(topic, [record])
  return headers.ce_id
}
const steps = [
  ['OrderPlaced', 'order.events'],
  ['StockReserved', 'inventory.events'],
  ['PaymentInitiated', 'payment.events'],
  ['PaymentRiskCleared', 'risk.events'],
  ['PaymentAuthorized', 'payment.events'],
  ['ChannelCaptured', 'channel.events'],
  ['PaymentCaptured', 'payment.events'],
  ['OrderPaid', 'order.events'],
  ['StockCommitted', 'inventory.events'],
  ['OrderConfirmed', 'order.events'],
  ['NotificationSent', 'notification.events'],
] as const
const types = steps.map(([type]) => type)
async function run(orderId: string): Promise<void> {
  let cause: string | undefined
  for (const [type, topic] of steps) cause = await publish(orderId, type, topic, cause)
}

/** The next events, at most so many, behind a bookmark; then the listener goes away. */
async function listen(from: Story, orderId: string, after: Bookmark | undefined, most = Number.POSITIVE_INFINITY): Promise<Told[]> {
  const leaving = new AbortController()
  const found: Told[] = []
  const telling = { placedAt: Date.now(), endedAt: undefined, after, signal: leaving.signal, overrun: () => leaving.abort() }
  for await (const told of from.tell(orderId, telling)) {
    expect(told).not.toBe('anew')
    if (told !== 'anew') found.push(told)
    if (found.length >= most) break
  }
  leaving.abort()
  return found
}
const typesOf = (told: readonly Told[]) => told.map(({ event }) => event.type)

it('tells an order that is looked at from its first moment on whole, in its order, and ends', async () => {
  const orderId = newId()
  const listening = listen(gateways[0], orderId, undefined)
  await run(orderId)
  expect(typesOf(await listening)).toEqual(types)
}, 30_000)

it('tells the same to who comes later', async () => {
  const orderId = newId()
  await run(orderId)
  await sleep(2100)
  const start = performance.now()
  const [one, two] = await Promise.all(gateways.map((each) => listen(each, orderId, undefined)))
  expect(performance.now() - start).toBeLessThan(5000)
  expect(typesOf(one ?? [])).toEqual(types)
  expect(two).toEqual(one)
}, 30_000)

it('cut after each event and gone on with at the other gateway, while the order runs, tells each event once', async () => {
  const orderId = newId()
  const running = run(orderId)
  const found: Told[] = []
  for (let step = 0; found.length < types.length; step++)
    found.push(...(await listen(gateways[step % 2] as Story, orderId, found.at(-1)?.at, 1)))
  await running
  expect(typesOf(found)).toEqual(types)
  expect(await listen(gateways[0], orderId, found.at(-1)?.at)).toEqual([])
}, 60_000)
