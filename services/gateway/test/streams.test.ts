import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@murmuration/http'
import { eventually } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { storyTopics } from '../src/events/story.ts'
import { type Harness, orderOf, startGateway } from './harness.ts'
import { type Frame, watch } from './watching.ts'

let gateway: Harness
let other: Harness
let userId: string
let ada: string
beforeAll(async () => {
  gateway = await startGateway()
  other = await startGateway({ beside: gateway })
})
afterAll(async () => {
  await other.stop()
  await gateway.stop()
})
beforeEach(async () => {
  userId = newId()
  ada = await gateway.token(userId)
  shows('pending')
})

/** What the order service says of any order. */
function shows(status: string, ...later: string[]): void {
  const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000).toISOString()
  const history = [status, ...later].map((step, index) => ({ status: step, at: at(index) }))
  for (const { services } of [gateway, other])
    services.order.says = ({ path }) => ({ body: orderOf(path.split('/')[2] ?? '', later.at(-1) ?? status, { placedAt: at(0), history }) })
}

/** A whole saga, each event after the one that made it. Returns the types in the order of the story. */
function place(orderId: string): string[] {
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
  ] as const
  let cause: string | undefined
  for (const [type, topic] of steps) cause = gateway.publish(orderId, type, {}, topic, cause === undefined ? {} : { ce_causationid: cause })
  return steps.map(([type]) => type)
}
function confirm(orderId: string): string[] {
  const committed = gateway.log.records('inventory.events').findLast(({ key }) => key === orderId)?.headers['ce_id']
  const cause = gateway.publish(orderId, 'OrderConfirmed', {}, 'order.events', committed === undefined ? {} : { ce_causationid: committed })
  gateway.publish(orderId, 'NotificationSent', {}, 'notification.events', { ce_causationid: cause })
  return ['OrderConfirmed', 'NotificationSent']
}
const names = (frames: readonly Frame[]) => frames.map(({ event }) => event)

describe('the stream of an order', () => {
  it('begins with its state and all that has happened, in the order in which one made the other, and goes on with what happens', async () => {
    const id = newId()
    const before = place(id)
    gateway.publish(newId(), 'OrderConfirmed')
    const stream = await watch(gateway, id, ada)
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    const [order, ...been] = await stream.take(1 + before.length)
    expect(order).toMatchObject({ event: 'order', data: { orderId: id, status: 'pending' } })
    expect(names(been)).toEqual(before)
    expect(been[1]).toMatchObject({ event: 'StockReserved', data: { type: 'StockReserved', source: 'inventory', data: { orderId: id } } })
    const after = confirm(id)
    expect(names(await stream.take(after.length))).toEqual(after)
    stream.leave()
  })

  it('does not say how the order was scored', async () => {
    const id = newId()
    gateway.publish(id, 'PaymentRiskCleared', { score: 7 }, 'risk.events')
    const stream = await watch(gateway, id, ada)
    expect((await stream.take(2))[1]).toMatchObject({ event: 'PaymentRiskCleared', data: { data: {} } })
    stream.leave()
  })

  it('ends a little after the order, and what the end sets off is still told', async () => {
    const id = newId()
    const before = place(id)
    const stream = await watch(gateway, id, ada)
    await stream.take(1 + before.length)
    gateway.publish(id, 'OrderCancelled', { reason: 'by_customer' })
    const ending = stream.rest()
    await sleep(300)
    gateway.publish(id, 'StockReleased', {}, 'inventory.events')
    expect(await ending).toMatchObject([
      { event: 'OrderCancelled' },
      { event: 'StockReleased' },
      { event: 'end', data: { reason: 'order_ended' } },
    ])
  })

  it('of an order that has ended long ago tells the whole and ends at once, and asks the client not to come again', async () => {
    const id = newId()
    const types = [...place(id), ...confirm(id)]
    for (const topic of storyTopics)
      for (const message of gateway.log.records(topic)) if (message.key === id) Object.assign(message, { timestamp: Date.now() - 30_000 })
    shows('pending', 'paid', 'confirmed')
    const start = performance.now()
    const frames = await (await watch(gateway, id, ada)).rest()
    expect(performance.now() - start).toBeLessThan(1500)
    expect(names(frames)).toEqual(['order', ...types, 'end'])
    const again = await watch(other, id, ada, frames.at(-1)?.id)
    expect([again.status, await again.rest()]).toEqual([204, []])
  })

  it('tells two who look the same', async () => {
    const id = newId()
    const streams = await Promise.all([watch(gateway, id, ada), watch(other, id, ada)])
    const count = 1 + place(id).length + confirm(id).length
    const [one, two] = await Promise.all(streams.map((stream) => stream.take(count)))
    const datas = (frames: Frame[] | undefined) => frames?.map(({ data }) => String(data['id'])).toSorted()
    expect(datas(one)).toEqual(datas(two))
    for (const stream of streams) stream.leave()
  })

  it('tells an event once that is in the log twice, and leaves out what is none', async () => {
    const id = newId()
    const ce_id = gateway.publish(id, 'OrderPlaced')
    gateway.publish(id, 'OrderPlaced', {}, 'order.events', { ce_id })
    gateway.publish(id, 'Forged\ndata: {}\n\nevent: OrderConfirmed')
    gateway.log.write('order.events', { key: id, value: Buffer.from('{"broken'), headers: { ce_id: newId(), ce_type: 'Broken' } })
    gateway.publish(id, 'OrderPaid', {}, 'order.events', { ce_id: 'line one\nline two' })
    const stream = await watch(gateway, id, ada)
    expect(names(await stream.take(3))).toEqual(['order', 'OrderPlaced', 'OrderPaid'])
    stream.leave()
  })

  it('is not for others', async () => {
    gateway.services.order.says = () => ({ status: 404, body: { code: 'unknown_order' } })
    const answer = await gateway.ask(`/orders/${newId()}/events`, { as: ada })
    expect([answer.status, answer.body.code]).toEqual([404, 'unknown_order'])
    expect((await gateway.ask(`/orders/${newId()}/events`)).status).toBe(401)
  })

  it('answers HEAD at once', async () => {
    const start = performance.now()
    const answer = await gateway.ask(`/orders/${newId()}/events`, { method: 'HEAD', as: ada })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('a stream that was cut', () => {
  // fault: stream cut
  it('after any event goes on with the next one, on any gateway: together they tell the whole, each once', async () => {
    const id = newId()
    const types = ['order', ...place(id)]
    const before = types.length
    const frames: Frame[] = []
    for (let step = 0; step < before + 2; step++) {
      // The last two come while nobody looks.
      if (step === before) types.push(...confirm(id))
      const stream = await watch(step % 2 === 0 ? gateway : other, id, ada, frames.at(-1)?.id)
      frames.push(...(await stream.take(1)))
      stream.leave()
    }
    expect(names(frames)).toEqual(types)
    expect(new Set(frames.map(({ id: frameId }) => frameId)).size).toBe(types.length)
    const last = await watch(other, id, ada, frames.at(-1)?.id)
    expect(await last.rest()).toMatchObject([{ event: 'end', data: { reason: 'order_ended' } }])
  })

  it('while events come goes on without a gap, wherever they come from', async () => {
    const id = newId()
    const topics = ['order.events', 'inventory.events', 'payment.events', 'channel.events'] as const
    const ids: string[] = []
    const publishing = (async () => {
      for (let n = 0; n < 120; n++) {
        ids.push(gateway.publish(id, `Step${n}`, {}, topics[(n * 7) % 4]))
        if (n % 10 === 0) await sleep(10)
      }
    })()
    const frames: Frame[] = []
    for (let step = 0; frames.length < 121; step++) {
      const stream = await watch(step % 2 === 0 ? gateway : other, id, ada, frames.at(-1)?.id)
      frames.push(...(await stream.take(Math.min(7, 121 - frames.length))))
      stream.leave()
    }
    await publishing
    expect(
      frames
        .slice(1)
        .map(({ data }) => String(data['id']))
        .toSorted(),
    ).toEqual(ids.toSorted())
  })

  it.each([
    ['nobody knows', newId()],
    ['is of another order', `${newId()}:1.0.0.0.0.0`],
    ['is rubbish', '%00 \u00ff; drop table'],
    ['is very long', 'x'.repeat(8000)],
    ['is the end of an order that goes on', 'end'],
  ])('with an id that %s begins anew', async (_what, lastId) => {
    const id = newId()
    const types = place(id)
    const stream = await watch(gateway, id, ada, lastId === 'end' ? `${id}:end` : lastId)
    expect(names(await stream.take(1 + types.length))).toEqual(['order', ...types])
    stream.leave()
  })

  it('by a gateway that leaves is ended without a word, and goes on elsewhere', async () => {
    const leaving = await startGateway({ beside: gateway })
    leaving.services.order.says = gateway.services.order.says
    const id = newId()
    const types = place(id)
    const stream = await watch(leaving, id, ada)
    const seen = await stream.take(3)
    await leaving.stop()
    seen.push(...(await stream.rest()))
    const rest = await watch(other, id, ada, seen.at(-1)?.id)
    expect(names([...seen, ...(await rest.take(1 + types.length - seen.length))])).toEqual(['order', ...types])
    rest.leave()
  })
})

describe('a stream ends', () => {
  it('with its token, and says so', async () => {
    const token = await gateway.issuer.token({ sub: userId, role: 'user', exp: Math.floor(Date.now() / 1000) + 1 })
    const id = newId()
    const [first, ...rest] = await (await watch(gateway, id, token)).rest()
    expect(rest).toMatchObject([{ event: 'end', id: undefined, data: { reason: 'token_expired' } }])
    const again = await watch(gateway, id, ada, first?.id)
    gateway.publish(id, 'OrderPlaced')
    expect(names(await again.take(1))).toEqual(['OrderPlaced'])
    again.leave()
  })

  it('with its user, and says so', async () => {
    const stream = await watch(gateway, newId(), ada)
    await stream.take(1)
    gateway.suspended.add(userId)
    expect(await stream.rest()).toMatchObject([{ event: 'end', data: { reason: 'user_suspended' } }])
    expect((await watch(gateway, newId(), ada)).status).toBe(401)
  })

  it('with its client: then nothing is read any more', async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => watch(gateway, newId(), ada)))
    for (const stream of streams) await stream.take(1)
    for (const stream of streams) stream.leave()
    await eventually(async () => {
      const { reads } = gateway.reading
      await sleep(300)
      expect(gateway.reading.reads).toBe(reads)
    })
  })

  it('when its client takes nothing: no more than a thousand events are kept for it', async () => {
    const id = newId()
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.pause()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write(`GET /api/v1/orders/${id}/events HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${ada}\r\n\r\n`)
    await eventually(() => expect(gateway.services.order.seen.some(({ path }) => path.includes(id))).toBe(true))
    for (let n = 0; n < 64; n++) gateway.publish(id, 'Large', { text: 'x'.repeat(256_000) })
    await sleep(500)
    for (let n = 0; n < 1100; n++) gateway.publish(id, 'Small')
    await sleep(500)
    socket.resume()
    await closed
    // It was cut, not ended: it comes again, and gets the rest.
    expect(socket.bytesRead).toBeLessThan(64 * 256_000)
  })
})

describe('while the log is away', () => {
  // fault: stream without the log
  it('a stream shows the order’s state, and the rest when the log is back', async () => {
    const id = newId()
    const types = place(id)
    gateway.reading.away = true
    try {
      const stream = await watch(gateway, id, ada)
      expect(names(await stream.take(1))).toEqual(['order'])
      await sleep(300)
      gateway.reading.away = false
      expect(names(await stream.take(types.length))).toEqual(types)
      stream.leave()
    } finally {
      gateway.reading.away = false
    }
  })

  it('a stream that is open stays so, and misses nothing', async () => {
    const id = newId()
    const stream = await watch(gateway, id, ada)
    await stream.take(1)
    gateway.reading.away = true
    await sleep(200)
    const types = place(id)
    await sleep(200)
    gateway.reading.away = false
    expect(names(await stream.take(types.length))).toEqual(types)
    stream.leave()
  })
})
