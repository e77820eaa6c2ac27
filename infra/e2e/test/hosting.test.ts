import type { Hosting } from '@murmuration/local'
import { expect, it } from 'vitest'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { everythingIsExplained } from '../src/check/explained.ts'
import { place } from '../src/shop/orders.ts'
import { customer } from '../src/shop/people.ts'
import { product } from '../src/shop/products.ts'
import { rehost } from '../src/stack/control.ts'
import { event, watchTheLog } from '../src/watch/log.ts'
import { storyOf } from '../src/watch/story.ts'

watchTheLog()

/** Who did what in an order's story, as it can be told at every run: how statements are batched depends on the moment. */
async function storyWith(hosting: Hosting) {
  await rehost(hosting)
  const [buyer, goods] = await Promise.all([customer(), product({ stock: 10 })])
  const orderId = await place(buyer, { product: goods })
  await endsAs(orderId, confirmed)
  await event(orderId, 'NotificationSent')
  const { orphans, doubled, handled, services, spans } = await storyOf(orderId)
  const telling = spans.filter(({ name }) => /^(process|send|perform|conclude|timer|[a-z]+\.[a-z_.]+$)/.test(name))
  return { orphans, doubled, handled, services, spans: [...new Set(telling.map(({ service, name }) => `${service}: ${name}`))].sort() }
}

it('tells the same story of an order whether services share a process or not: same services, same spans, no orphan', async () => {
  const together = await storyWith('together')
  const apart = await storyWith('apart')
  expect(together).toEqual(apart)
  expect(together.orphans).toEqual([])
  expect(together.spans).toEqual(
    expect.arrayContaining(['risk: process payment.events', 'channel: channel.pay', 'order: send order.events']),
  )
})

everythingIsExplained()
