import { expect, it } from 'vitest'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { statementOf } from '../src/check/statement.ts'
import { orderBody, place } from '../src/shop/orders.ts'
import { admin, customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { ask } from '../src/stack/gateway.ts'
import { event, seenOf, typesOf, watchTheLog } from '../src/watch/log.ts'
import { storyOf } from '../src/watch/story.ts'
import { streamed } from '../src/watch/stream.ts'

watchTheLog()

const story = [
  'ChannelCaptured',
  'NotificationSent',
  'OrderConfirmed',
  'OrderPaid',
  'OrderPlaced',
  'PaymentAuthorized',
  'PaymentCaptured',
  'PaymentInitiated',
  'PaymentRiskCleared',
  'StockCommitted',
  'StockReserved',
]

it('confirms an order: stock taken, money taken once, customer told, and all of it one story in Tempo', async () => {
  const [buyer, goods] = await Promise.all([customer(), product({ price: 2500, stock: 10 })])
  const orderId = await place(buyer, { product: goods, quantity: 3 })
  await endsAs(orderId, confirmed)
  await event(orderId, 'NotificationSent')
  expect(typesOf(orderId)).toEqual(story)
  expect(await statementOf(orderId)).toEqual([{ type: 'charge', amount: 7500 }])
  expect(await levelOf(goods)).toEqual({ available: 7, reserved: 0, total: 7 })

  const told = await storyOf(orderId)
  expect(told.orphans).toEqual([])
  expect(told.doubled).toEqual([])
  // One for each event and each service that reacts to it.
  expect(told.handled).toBe(13)
  expect(told.traces).toBeGreaterThanOrEqual(8)
  expect(told.services).toEqual(expect.arrayContaining(['channel', 'gateway', 'inventory', 'notification', 'order', 'payment', 'risk']))
})

// fault: warehouses
it('sells what lies outside the main warehouse, and shows on the order and to administrators where it came from', async () => {
  const [buyer, goods, { token }] = await Promise.all([customer(), product({ stock: 1, elsewhere: { north: 2 } }), admin()])
  const orderId = await place(buyer, { product: goods, quantity: 3 })
  await endsAs(orderId, confirmed)
  const sources = [
    { warehouse: 'main', quantity: 1 },
    { warehouse: 'north', quantity: 2 },
  ]
  const { body } = await ask('GET', `/orders/${orderId}`, { token: buyer.token })
  expect(body).toMatchObject({ items: [{ quantity: 3, sources }] })
  const reservation = await ask('GET', `/reservations/${orderId}`, { token })
  expect(reservation.body).toMatchObject({ status: 'committed', lines: sources.map((each) => ({ ...each, sku: goods.sku })) })
  const next = await place(buyer, { product: goods })
  await endsAs(next, { order: { status: 'cancelled', reason: 'out_of_stock' } })
})

it('gives every event an origin, a cause and its saga', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await place(buyer, { product: goods })
  await event(orderId, 'NotificationSent')
  const seen = seenOf(orderId)
  const ids = new Set(seen.map(({ id }) => id))
  for (const { headers, type } of seen) {
    expect(headers).toMatchObject({ ce_specversion: '1.0', ce_sagaid: orderId, 'content-type': 'application/json' })
    expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    if (type !== 'OrderPlaced') expect(ids).toContain(headers['ce_causationid'])
  }
  expect(ids.size).toBe(seen.length)
})

it('answers a POST that waits with the end of the saga', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const { status, body } = await ask('POST', '/orders', {
    token: buyer.token,
    body: orderBody({ product: goods }),
    headers: { prefer: 'wait=10' },
  })
  expect([status, body['status']]).toEqual([201, 'confirmed'])
})

// fault: stream cut
it('tells an order’s whole story in its event stream that is opened right after it, and, cut after each event, each event once', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const orderId = await place(buyer, { product: goods })
  const whole = streamed(orderId, buyer.token)
  const cut: Awaited<typeof whole> = []
  do cut.push(...(await streamed(orderId, buyer.token, { after: cut.at(-1)?.id, most: 1 })))
  while (cut.at(-1)?.event !== 'end')
  for (const frames of [await whole, cut]) {
    const told = frames.map(({ event: type }) => type)
    expect([told.at(0), told.at(1), told.at(-1)]).toEqual(['order', 'OrderPlaced', 'end'])
    expect(told.slice(1, -1).toSorted()).toEqual(story)
  }
})

// row 4
it('shows an order to nobody else', async () => {
  const [buyer, stranger, goods] = await Promise.all([customer(), customer(), product()])
  const orderId = await place(buyer, { product: goods })
  expect((await ask('GET', `/orders/${orderId}`, { token: stranger.token })).status).toBe(404)
  expect((await ask('POST', `/orders/${orderId}/cancel`, { token: stranger.token })).status).toBe(404)
  expect((await ask('GET', `/orders/${orderId}`, { token: buyer.token })).status).toBe(200)
})

everythingIsExplained()
