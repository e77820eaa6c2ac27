import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { rowsOf } from '../src/check/databases.ts'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { balanceOf, statementOf } from '../src/check/statement.ts'
import { orderBody, place } from '../src/shop/orders.ts'
import { customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { ask } from '../src/stack/gateway.ts'
import { quiet } from '../src/watch/lag.ts'
import { event, watchTheLog } from '../src/watch/log.ts'
import { remember, tellsTheStories } from '../src/watch/stories.ts'

watchTheLog()

// row 13
it('sells the last piece once to fifty buyers', async () => {
  const [buyers, goods] = await Promise.all([Promise.all(Array.from({ length: 10 }, customer)), product({ stock: 1 })])
  const orders = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const buyer = buyers[index % buyers.length]
      if (buyer === undefined) throw new Error('no buyer')
      return place(buyer, { product: goods })
    }),
  )
  await Promise.all(orders.map((orderId) => event(orderId, 'NotificationSent', 30_000)))
  const ended = await rowsOf<{ status: string; reason: string | null; orders: number }>(
    'order',
    `select status, reason, count(*)::int as orders from orders where "orderId" = any($1::text[]) group by 1, 2 order by 1`,
    [orders],
  )
  expect(ended).toEqual([
    { status: 'cancelled', reason: 'out_of_stock', orders: 49 },
    { status: 'confirmed', reason: null, orders: 1 },
  ])
  expect(await levelOf(goods)).toEqual({ available: 0, reserved: 0, total: 0 })
  expect(await statementOf(...orders)).toEqual([{ type: 'charge', amount: 2500 }])
  for (const orderId of orders.slice(0, 3)) remember(orderId, ['inventory'])
})

// row 12
it('makes one order of two hundred requests with one idempotency key', async () => {
  const [buyer, goods] = await Promise.all([customer(), product()])
  const key = randomUUID()
  const body = orderBody({ product: goods })
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => ask('POST', '/orders', { token: buyer.token, body, headers: { 'idempotency-key': key } })),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  const ids = new Set(answers.map(({ body: { orderId } }) => orderId))
  expect(ids.size).toBe(1)
  const [orderId] = ids
  await endsAs(String(orderId), confirmed)
  const known = await rowsOf('order', `select 1 from orders where "userId" = $1`, [buyer.userId])
  expect(known).toHaveLength(1)
  expect(await levelOf(goods)).toEqual({ available: 9, reserved: 0, total: 9 })
})

// row 12
it('refuses another body under the same key, and keeps the keys of two users apart', async () => {
  const [buyer, other, goods] = await Promise.all([customer(), customer(), product()])
  const headers = { 'idempotency-key': randomUUID() }
  const order = (token: string, quantity: number) =>
    ask('POST', '/orders', { token, body: orderBody({ product: goods, quantity }), headers })
  const first = await order(buyer.token, 1)
  expect(first.status).toBe(201)
  expect((await order(buyer.token, 2)).status).toBe(422)
  expect((await order(buyer.token, 1)).body['orderId']).toBe(first.body['orderId'])
  const theirs = await order(other.token, 1)
  expect(theirs.status).toBe(201)
  expect(theirs.body['orderId']).not.toBe(first.body['orderId'])
})

it('neither loses nor makes a piece or a cent when orders and cancels of one product run against each other', async () => {
  const [buyers, goods] = await Promise.all([Promise.all(Array.from({ length: 5 }, customer)), product({ stock: 60 })])
  const orders = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const buyer = buyers[index % buyers.length]
      if (buyer === undefined) throw new Error('no buyer')
      const orderId = await place(buyer, { product: goods, method: index % 7 === 0 ? 'decline' : 'credit_card' })
      if (index % 3 === 0) await ask('POST', `/orders/${orderId}/cancel`, { token: buyer.token })
      return orderId
    }),
  )
  await Promise.all(orders.map((orderId) => event(orderId, 'NotificationSent', 40_000)))
  await quiet()
  const ended = await rowsOf<{ status: string; orders: number }>(
    'order',
    `select status, count(*)::int as orders from orders where "orderId" = any($1::text[]) group by 1`,
    [orders],
  )
  const sold = ended.find(({ status }) => status === 'confirmed')?.orders ?? 0
  expect(ended.map(({ status }) => status).sort()).toEqual(['cancelled', 'confirmed'])
  expect(await levelOf(goods)).toEqual({ available: 60 - sold, reserved: 0, total: 60 - sold })
  expect(balanceOf(await statementOf(...orders))).toBe(sold * 2500)
  for (const orderId of orders.slice(0, 12)) remember(orderId)
})

tellsTheStories()

everythingIsExplained()
