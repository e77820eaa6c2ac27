import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { everythingIsExplained } from '../src/check/explained.ts'
import { allSold, orders, outcomeOf } from '../src/shop/crowd.ts'
import { orderBody, place } from '../src/shop/orders.ts'
import { customer } from '../src/shop/people.ts'
import { product } from '../src/shop/products.ts'
import { killInfra, startInfra } from '../src/stack/control.ts'
import { ask } from '../src/stack/gateway.ts'
import { quiet } from '../src/watch/lag.ts'
import { watchTheLog } from '../src/watch/log.ts'
import { streamed } from '../src/watch/stream.ts'

watchTheLog()

// A test that failed must not leave the next ones without a stack.
afterEach(startInfra)

const stocked = () => Promise.all([customer(), product({ stock: 500 })])

// fault: broker gone
it('takes orders without Kafka, and has them all ended within 30 s of its return', async () => {
  const [buyer, goods] = await stocked()
  const early = orders(buyer, goods, 60)
  await sleep(200)
  await killInfra('kafka')
  const late = await orders(buyer, goods, 40)
  const ids = [...(await early), ...late]
  await startInfra()
  expect(await outcomeOf(ids, goods, 30_000)).toEqual(allSold(100, goods, 500))
  await quiet()
})

// fault: stream without the log
it('tells the whole story of an order that was placed, and looked at, while Kafka was away', async () => {
  const [buyer, goods] = await stocked()
  const before = await place(buyer, { product: goods })
  const streams = [streamed(before, buyer.token)]
  await killInfra('kafka')
  const during = await place(buyer, { product: goods })
  streams.push(streamed(during, buyer.token))
  expect(await streamed(during, buyer.token, { most: 1 })).toMatchObject([{ event: 'order' }])
  await startInfra()
  for (const frames of await Promise.all(streams)) {
    const told = frames.map(({ event }) => event)
    expect(new Set(told).size).toBe(told.length)
    expect(told.slice(0, 2)).toEqual(['order', 'OrderPlaced'])
    expect(told).toEqual(expect.arrayContaining(['StockReserved', 'PaymentCaptured', 'OrderConfirmed']))
    expect(told.at(-1)).toBe('end')
  }
  await quiet()
})

// fault: PostgreSQL restarted
it('answers 503 while PostgreSQL is away, and is well within 10 s of its return', async () => {
  const [buyer, goods] = await stocked()
  const early = orders(buyer, goods, 100)
  await sleep(500)
  await killInfra('postgres')
  const { status, headers } = await ask('POST', '/orders', { token: buyer.token, body: orderBody({ product: goods }) })
  expect([status, headers.has('retry-after')]).toEqual([503, true])
  await startInfra()
  const returned = Date.now()
  const late = await orders(buyer, goods, 20)
  expect(Date.now() - returned).toBeLessThan(10_000)
  const ids = [...(await early), ...late]
  const { byStatus, ...rest } = await outcomeOf(ids, goods)
  // The order of the request that was answered 503 may have been written all the same; then it is an order like the others.
  const sold = byStatus['confirmed'] ?? 0
  expect([120, 121]).toContain(sold)
  expect(rest.level).toEqual(allSold(sold, goods, 500).level)
  await quiet()
})

// fault: Redis killed
it('goes on without Redis', async () => {
  const [buyer, goods] = await stocked()
  await killInfra('redis')
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => ask('POST', '/orders', { token: buyer.token, body: orderBody({ product: goods }) })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201))
  expect((await ask('GET', `/products/${goods.productId}`)).status).toBe(200)
  const ids = answers.map(({ body: { orderId } }) => String(orderId))
  expect(await outcomeOf(ids, goods)).toEqual(allSold(30, goods, 500))
})

// fault: Tempo killed
it('goes on without Tempo', async () => {
  const [buyer, goods] = await stocked()
  await killInfra('tempo')
  const ids = await orders(buyer, goods, 60)
  expect(await outcomeOf(ids, goods)).toEqual(allSold(60, goods, 500))
})

everythingIsExplained()
