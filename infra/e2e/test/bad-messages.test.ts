import { randomUUID } from 'node:crypto'
import { eventually } from '@murmuration/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { rowsOf } from '../src/check/databases.ts'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { parkedOf, stateOf } from '../src/check/final-state.ts'
import { discard, parked, parkedAt, replay } from '../src/check/parked.ts'
import { statementOf } from '../src/check/statement.ts'
import { place, shippingAddress } from '../src/shop/orders.ts'
import { customer, type Person } from '../src/shop/people.ts'
import { levelOf, type Product, product } from '../src/shop/products.ts'
import { ask, insist } from '../src/stack/gateway.ts'
import { again, flood, type Message, messageOf, write } from '../src/watch/inject.ts'
import { lags, quiet } from '../src/watch/lag.ts'
import { event, seenOf, typesOf, watchTheLog } from '../src/watch/log.ts'
import { spansOf } from '../src/watch/story.ts'

watchTheLog()

let buyer: Person
let goods: Product
beforeAll(async () => {
  ;[buyer, goods] = await Promise.all([customer(), product({ stock: 5000 })])
})

/** An order as the order service would tell of it. */
function placed(orderId: string = randomUUID(), quantity = 1) {
  const { productId, sku, price } = goods
  const subtotal = { ...price, amount: price.amount * quantity }
  return {
    orderId,
    userId: buyer.userId,
    items: [{ productId, sku, name: 'A thing', unitPrice: price, quantity, subtotal }],
    total: subtotal,
    payment: { method: 'credit_card', source: 'channel' },
    shippingAddress,
    placedAt: new Date().toISOString(),
  }
}
const injected = (orderId: string, data: object = placed(orderId)): Message => messageOf('OrderPlaced', orderId, data)
const one = async (message: Message) => {
  const [at] = await write(message)
  if (at === undefined) throw new Error('nothing was written')
  return at
}
const caughtUp = () => eventually(async () => expect(await lags()).toEqual({}), { timeoutMs: 15_000, everyMs: 250 })

// rows 18, 19
describe('what is no event', () => {
  it.each<[string, (id: string) => Message]>([
    ['not JSON', (id) => ({ ...injected(id), value: '{"broken' })],
    ['empty', (id) => ({ ...injected(id), value: '' })],
    ['null', (id) => ({ ...injected(id), value: null })],
    ['placed in the year 0000', (id) => injected(id, { ...placed(id), placedAt: '0000-01-01T00:00:00Z' })],
    ['another shape than its schema', (id) => injected(id, { ...placed(id), total: 'much' })],
    ['a version that nobody knows', (id) => spoiled(id, { ce_dataschema: 'urn:murmuration:schema:order/OrderPlaced.v99' })],
    ['told by the wrong service', (id) => spoiled(id, { ce_source: 'payment' })],
    ['keyed by another saga', (id) => ({ ...injected(id), key: randomUUID() })],
  ])('is parked with its place and the reason: %s', async (_what, make) => {
    const message = make(randomUUID())
    const at = await one(message)
    for (const service of ['inventory', 'payment', 'order']) {
      const entry = await parked(service, at)
      expect(entry).toMatchObject({ key: message.key, eventType: 'OrderPlaced' })
      expect([entry.reason, entry.detail].join()).toMatch(/malformed|unknown_version|wrong_producer/)
      await discard(service, [entry.id])
    }
  })

  const spoiled = (id: string, headers: Record<string, string>): Message => {
    const message = injected(id)
    return { ...message, headers: { ...message.headers, ...headers } }
  }

  // row 19
  it('is left alone when its type is unknown', async () => {
    const before = await parkedAt('inventory')
    const id = randomUUID()
    await write(spoiled(id, { ce_type: 'OrderDreamt' }))
    await caughtUp()
    expect((await stateOf(id)).order).toBeNull()
    expect(await parkedAt('inventory')).toEqual(before)
  })
})

// row 18
it('leaves no lag behind what was parked', caughtUp)

// row 20
describe('the trace context of a message', () => {
  it.each([
    ['none', undefined],
    ['rubbish', '00-nonsense-zz-01'],
    ['zeroes', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ])('is no condition: %s', async (_what, traceparent) => {
    const orderId = randomUUID()
    const message = injected(orderId)
    await write({ ...message, headers: { ...message.headers, ...(traceparent !== undefined && { traceparent }) } })
    await endsAs(orderId, confirmed)
    const roots = await eventually(
      async () => {
        const found = (await spansOf(orderId)).filter(({ attributes }) => attributes['cloudevents.event_type'] === 'OrderPlaced')
        if (new Set(found.map(({ service }) => service)).size < 3) throw new Error(`Tempo has ${found.length} spans of ${orderId}`)
        return found
      },
      { timeoutMs: 30_000, everyMs: 500 },
    )
    expect(roots.map(({ name, parentSpanId, links }) => [name, parentSpanId, links])).toEqual(
      roots.map(() => ['process order.events', null, []]),
    )
  })
})

describe('a message that was there before', () => {
  // row 21
  it('has no effect with the same body, and is parked with another', async () => {
    const orderId = randomUUID()
    const message = injected(orderId)
    await write(message, message, message)
    await endsAs(orderId, confirmed)
    await event(orderId, 'NotificationSent')
    expect(typesOf(orderId).filter((type) => type === 'StockReserved')).toHaveLength(1)
    const at = await one({ ...message, value: JSON.stringify(placed(orderId, 3)) })
    const entry = await parked('inventory', at)
    expect(entry.reason).toBe('id_reused')
    for (const service of ['inventory', 'payment', 'order']) await discard(service, [(await parked(service, at)).id])
    expect(await statementOf(orderId)).toEqual([{ type: 'charge', amount: goods.price.amount }])
  })

  // row 22
  it('changes nothing when a whole saga comes again, in any order and under new ids', async () => {
    const orderId = await place(buyer, { product: goods })
    await endsAs(orderId, confirmed)
    await event(orderId, 'NotificationSent')
    const story = [...seenOf(orderId)]
    const [before, level] = [await stateOf(orderId), await levelOf(goods)]
    await write(...story.toReversed().map((seen) => again(seen, orderId, randomUUID())))
    await caughtUp()
    await quiet()
    // The same events twice in the log, and nothing that answers them.
    expect(typesOf(orderId)).toEqual([...story, ...story].map(({ type }) => type).sort())
    expect([await stateOf(orderId), await levelOf(goods)]).toEqual([before, level])
    expect(await parkedOf(orderId)).toEqual([])
    expect(await statementOf(orderId)).toHaveLength(1)
  })
})

// row 23
describe('a forged message', () => {
  const other = '0199f000-0000-7000-8000-000000000001'
  it.each<[string, string, string, (data: Record<string, unknown>) => object]>([
    ['PaymentCaptured', 'inventory', 'another amount', (data) => ({ ...data, amount: { amount: 1, currency: 'EUR' } })],
    ['PaymentCaptured', 'order', 'another currency', (data) => ({ ...data, amount: { amount: 2500, currency: 'GBP' } })],
    ['PaymentCaptured', 'inventory', 'another user', (data) => ({ ...data, userId: other })],
    ['ChannelCaptured', 'payment', 'another amount', (data) => ({ ...data, amount: { amount: 250_000, currency: 'EUR' } })],
    ['PaymentAuthorized', 'channel', 'another amount', (data) => ({ ...data, amount: { amount: 250_000, currency: 'EUR' } })],
    ['OrderPlaced', 'payment', 'another total', (data) => ({ ...data, total: { amount: 1, currency: 'EUR' } })],
  ])('is refused: %s to %s with %s', async (type, service, _what, forge) => {
    const orderId = await place(buyer, { product: goods })
    await endsAs(orderId, confirmed)
    const [before, level, original] = [await stateOf(orderId), await levelOf(goods), await event(orderId, type)]
    const at = await one(messageOf(type, orderId, forge(original.data)))
    const entry = await parked(service, at)
    expect(entry.reason).not.toBe('broken')
    await caughtUp()
    expect([await stateOf(orderId), await levelOf(goods)]).toEqual([before, level])
    expect(await statementOf(orderId)).toEqual([{ type: 'charge', amount: 2500 }])
  })

  // row 23
  it('moves no money when its order does not exist', async () => {
    const [orderId, paymentId] = [randomUUID(), randomUUID()]
    const about = { orderId, paymentId, amount: goods.price, method: 'credit_card' }
    const { userId } = buyer
    const captured = messageOf('ChannelCaptured', orderId, { ...about, providerReference: 'none', capturedAt: new Date().toISOString() })
    const authorised = messageOf('PaymentAuthorized', orderId, { ...about, userId, source: 'channel', degraded: false })
    const refund = { ...about, userId, refundId: randomUUID(), providerReference: 'none', cause: 'by_customer' }
    const [atPayment, ...atChannel] = await write(captured, authorised, messageOf('PaymentRefundRequested', orderId, refund))
    if (atPayment === undefined) throw new Error('nothing was written')
    await parked('payment', atPayment)
    // What may only have come too early is tried again for half a minute; it is not done meanwhile.
    const waits = `select "offset" from choreography.parked where key = $1 and status in ('deferred', 'parked') order by seq`
    await eventually(async () => expect(await rowsOf('channel', waits, [orderId])).toHaveLength(atChannel.length), { timeoutMs: 10_000 })
    const state = await stateOf(orderId)
    expect([state.order, state.payment, state.capture?.status ?? 'none']).toEqual([null, null, 'none'])
    expect(await statementOf(orderId)).toEqual([])
  })
})

it('refuses a wallet also when the payment hears of the stock before it hears of the order', async () => {
  const orderId = randomUUID()
  const lines = [{ sku: goods.sku, warehouse: 'main', quantity: 1 }]
  await write(messageOf('StockReserved', orderId, { orderId, lines, expiresAt: new Date(Date.now() + 900_000).toISOString() }))
  const expected = () => rowsOf('payment', `select 1 from payments where "orderId" = $1 and "waitsFor" = 'order'`, [orderId])
  await eventually(async () => expect(await expected()).toHaveLength(1), { timeoutMs: 10_000 })
  await write(injected(orderId, { ...placed(orderId), payment: { method: 'credit_card', source: 'wallet' } }))
  expect((await event(orderId, 'PaymentFailed')).data).toMatchObject({ reason: 'declined' })
  await event(orderId, 'StockReleased')
})

// fault: repaired replay
it('confirms an order with a forged total once it is repaired wherever it was parked', async () => {
  const orderId = randomUUID()
  const at = await one(injected(orderId, { ...placed(orderId, 2), total: { amount: 1, currency: 'EUR' } }))
  for (const service of ['inventory', 'payment', 'order']) {
    const { id, reason } = await parked(service, at)
    expect(reason).toBe('forged_total')
    await replay(service, { ids: [id], data: placed(orderId, 2), dryRun: false })
  }
  await endsAs(orderId, confirmed)
  await event(orderId, 'StockCommitted')
  expect(await statementOf(orderId)).toEqual([{ type: 'charge', amount: goods.price.amount * 2 }])
  expect(await parkedOf(orderId)).toEqual([])
})

// row 24
it('handles the others within two seconds while one of a thousand is poison, and the poisoned key in its order after the replay', async () => {
  const sick = randomUUID()
  const dream = (): Message => {
    const message = injected(randomUUID())
    return { ...message, headers: { ...message.headers, ce_type: 'OrderDreamt' } }
  }
  const told = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => (n % 10 === 0 ? injected(randomUUID()) : dream()))
  const gone = messageOf('OrderCancelled', sick, {
    orderId: sick,
    userId: buyer.userId,
    total: goods.price,
    reason: 'by_customer',
    from: 'pending',
    cancelledAt: new Date().toISOString(),
  })
  await flood([...told(0, 500), { ...injected(sick), value: '{"broken' }, gone, ...told(502, 1000)])
  // Enough to have one in each partition, the poisoned one too.
  const others = Array.from({ length: 24 }, () => randomUUID())
  await flood(others.map((id) => injected(id)))
  const started = Date.now()
  await Promise.all(others.map((id) => event(id, 'StockReserved')))
  expect(Date.now() - started).toBeLessThan(2000)

  const atInventory = (await parkedAt('inventory')).filter(({ key }) => key === sick)
  expect(atInventory.map(({ eventType, reason }) => [eventType, reason])).toEqual([
    ['OrderPlaced', 'malformed'],
    ['OrderCancelled', 'behind'],
  ])
  await replay('inventory', { ids: [atInventory[0]?.id], data: placed(sick), dryRun: false })
  await event(sick, 'StockReleased')
  const emitted = seenOf(sick).filter(({ topic }) => topic === 'inventory.events')
  expect(emitted.map(({ type }) => type)).toEqual(['StockReserved', 'StockReleased'])
  expect((await parkedAt('inventory')).filter(({ key }) => key === sick)).toEqual([])
  for (const id of others) await event(id, 'OrderConfirmed', 30_000)
})

// row 25
it('takes the largest order that the rules allow', async () => {
  const long = '\u{1F426}'.repeat(100)
  const items = Array.from({ length: 100 }, () => ({ productId: goods.productId, quantity: 1 }))
  const address = { ...shippingAddress, name: long, line1: long, line2: long, city: '\u{1F426}'.repeat(50) }
  const body = { items, payment: { method: 'paypal' }, shippingAddress: address }
  const { orderId } = await insist(ask('POST', '/orders', { token: buyer.token, body }))
  await endsAs(String(orderId), { order: { status: 'confirmed', reason: null } })
})

everythingIsExplained()
