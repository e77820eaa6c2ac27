import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { rowsOf } from '../src/check/databases.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { parkedOf } from '../src/check/final-state.ts'
import { allSold, orders, outcomeOf } from '../src/shop/crowd.ts'
import { customer } from '../src/shop/people.ts'
import { type Product, product } from '../src/shop/products.ts'
import { whileProvider } from '../src/shop/provider.ts'
import { service } from '../src/stack/control.ts'
import { quiet } from '../src/watch/lag.ts'
import { seenOf, watchTheLog } from '../src/watch/log.ts'

watchTheLog()

async function confirmedOf({ sku }: Product): Promise<number> {
  const rows = await rowsOf('order', `select 1 from orders where status = 'confirmed' and items @> $1::jsonb`, [JSON.stringify([{ sku }])])
  return rows.length
}

// fault: random kills
it.each([
  ['order', 200],
  ['inventory', 200],
  ['payment', 200],
  ['channel', 80],
  ['risk', 80],
])('does everything once when %s is killed in the middle of %i sagas', async (name, count) => {
  const [buyer, goods] = await Promise.all([customer(), product({ stock: 500 })])
  const ids = await whileProvider({ latencyMs: 60 }, async () => {
    const placing = orders(buyer, goods, count)
    await sleep(700)
    await service(name).kill()
    // Otherwise it was not in the middle, and proves nothing.
    expect(await confirmedOf(goods)).toBeLessThan(count)
    return placing
  })
  // A risk service that is away for its second lets low amounts through: that is no loss.
  expect(await outcomeOf(ids, goods)).toEqual(allSold(count, goods, 500))
  await service(name).ready()
  await quiet()
  expect((await Promise.all(ids.map(parkedOf))).flat()).toEqual([])
  // The log may have an event twice, as the same event; nothing was decided twice.
  const decided = (id: string) =>
    new Set(
      seenOf(id)
        .filter(({ type }) => type === 'OrderConfirmed')
        .map((seen) => seen.id),
    ).size
  expect(ids.filter((id) => decided(id) !== 1)).toEqual([])
})

everythingIsExplained()
