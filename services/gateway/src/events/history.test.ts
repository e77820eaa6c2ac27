import { memoryLog, memoryReader } from '@murmuration/choreography/testing'
import { expect, it } from 'vitest'
import { histories } from './history.ts'

const topics = ['order.events', 'payment.events']
const minute = 60_000
const id = '6f1d2c3b-1111-4abc-8def-001122334455'

/** A shop whose log has had an event a minute of other orders for three hours, and whose order ran two hours ago. */
function shop() {
  const log = memoryLog({ partitions: 1 })
  const now = Date.now()
  const write = (topic: string, key: string, type: string, at: number) => {
    const headers = { ce_id: `${key} ${type} ${at}`, ce_type: type, ce_source: 'somebody', ce_time: new Date(at).toISOString() }
    Object.assign(log.write(topic, { key, value: Buffer.from('{}'), headers }), { timestamp: at })
  }
  const placedAt = now - 120 * minute
  for (let at = now - 180 * minute; at <= now; at += minute) {
    for (const topic of topics) write(topic, 'another order', 'OrderPlaced', at)
    if (at === placedAt) write('order.events', id, 'OrderPlaced', at + 1)
    if (at === placedAt + minute) write('payment.events', id, 'PaymentCaptured', at + 1)
    if (at === placedAt + 2 * minute) write('order.events', id, 'OrderConfirmed', at + 1)
  }
  const reader = memoryReader(log, 1)
  let read = 0
  const counting = {
    ...reader,
    async read(...args: Parameters<typeof reader.read>) {
      const passages = await reader.read(...args)
      read += passages.reduce((sum, { messages }) => sum + messages.length, 0)
      return passages.map((passage) => ({ ...passage }))
    },
  }
  return { now, placedAt, endedAt: placedAt + 2 * minute, look: histories(counting, topics), read: () => read }
}
type Shop = ReturnType<typeof shop>

async function typesOf({ look }: Shop, placedAt: number, endedAt?: number): Promise<string[]> {
  const { thread } = await look.whole(id, { placedAt, endedAt }, new AbortController().signal)
  thread.settle()
  const types: string[] = []
  for (let event = thread.next(Date.now()); event; event = thread.next(Date.now())) types.push(event.type)
  return types
}
const all = ['OrderPlaced', 'PaymentCaptured', 'OrderConfirmed']

it('finds all events of an order', async () => {
  const of = shop()
  expect(await typesOf(of, of.placedAt, of.endedAt)).toEqual(all)
})

// fault: clock
it.each([
  ['an hour ahead', 60 * minute],
  ['an hour behind', -60 * minute],
])('finds them, too, when the clock that says when it was placed is %s', async (_what, off) => {
  const of = shop()
  expect(await typesOf(of, of.placedAt + off, of.endedAt + off)).toEqual(all)
})

it('finds them, too, when the time of the order is forged', async () => {
  for (const placedAt of [0, -62_167_219_200_000, Date.now() + 1e12]) expect(await typesOf(shop(), placedAt)).toEqual(all)
})

it('finds what there is of an order whose beginning the log has forgotten, reading once', async () => {
  const of = shop()
  const lifetime = { placedAt: of.now - 400 * minute, endedAt: of.now - 399 * minute }
  const { thread } = await of.look.whole('nobody knows it', lifetime, new AbortController().signal)
  expect([thread.next(Date.now()), thread.begun()]).toEqual([undefined, false])
  expect(of.read()).toBe(2 * 181 + all.length)
})

it('looks no further when nobody listens any more', async () => {
  const of = shop()
  await of.look.whole(id, { placedAt: 0, endedAt: undefined }, AbortSignal.abort())
  expect(of.read()).toBe(0)
})
