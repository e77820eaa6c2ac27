import { eventually } from '@murmuration/testing'
import { expect, it } from 'vitest'
import { rowsOf } from '../src/check/databases.ts'
import { confirmed, endsAs } from '../src/check/ended.ts'
import { parkedOf, stateOf } from '../src/check/final-state.ts'
import { statementOf } from '../src/check/statement.ts'
import { place } from '../src/shop/orders.ts'
import { admin, customer } from '../src/shop/people.ts'
import { levelOf, product } from '../src/shop/products.ts'
import { service } from '../src/stack/control.ts'
import { ask, insist } from '../src/stack/gateway.ts'
import { consumers, quiet } from '../src/watch/lag.ts'
import { endsOf, event, watchTheLog, withAdmin } from '../src/watch/log.ts'

watchTheLog()

const topics = [
  'user.events',
  'product.events',
  'order.events',
  'inventory.events',
  'payment.events',
  'risk.events',
  'channel.events',
  'notification.events',
]

const groups = () =>
  withAdmin((admin) => Promise.all(consumers.map(async (groupId) => ({ groupId, read: await admin.fetchOffsets({ groupId }) }))))

/** As if the topics were read for the first time, by services that have forgotten what they have seen but not what they know. */
async function fromTheBeginning(): Promise<void> {
  const before = await groups()
  await Promise.all(consumers.map((name) => service(name).stop()))
  for (const name of consumers) await rowsOf(name, 'truncate choreography.inbox')
  // A group that is unknown begins at the beginning.
  await withAdmin((admin) => admin.deleteGroups([...consumers]))
  await Promise.all(consumers.map((name) => service(name).start()))
  // Read again when they are where they were.
  await eventually(async () => expect(placesOf(await groups())).toEqual(placesOf(before)), { timeoutMs: 60_000, everyMs: 500 })
}

const placesOf = (all: Awaited<ReturnType<typeof groups>>): string[] =>
  all
    .flatMap(({ groupId, read }) =>
      read.flatMap(({ topic, partitions }) =>
        // Where nothing was ever written, nothing is read.
        partitions.filter(({ offset }) => Number(offset) > 0).map(({ partition, offset }) => `${groupId} ${topic}/${partition} ${offset}`),
      ),
    )
    .sort()

// row 22
it('changes nothing and says nothing when all topics are replayed from the beginning', async () => {
  const [buyer, goods] = await Promise.all([customer(), product({ stock: 20 })])
  const good = await place(buyer, { product: goods })
  const declined = await place(buyer, { product: goods, method: 'decline' })
  const short = await place(buyer, { product: goods, quantity: 500 })
  await Promise.all([endsAs(good, confirmed), endsAs(declined, { reservation: 'released' }), endsAs(short, { reservation: 'rejected' })])
  const { returnId } = await insist(ask('POST', `/orders/${good}/returns`, { token: buyer.token, body: { reason: 'Too loud.' } }))
  await insist(ask('POST', `/orders/${good}/returns/${String(returnId)}/approve`, { token: (await admin()).token }))
  await endsAs(good, {
    payment: { status: 'refunded', reason: null, refunded: 2500 },
    notifications: ['order_confirmed', 'payment_refunded', 'return_approved'],
  })
  await quiet()

  const known = async () => ({
    states: await Promise.all([good, declined, short].map(stateOf)),
    level: await levelOf(goods),
    statement: await statementOf(good, declined, short),
    ends: await endsOf(topics),
    parked: (await Promise.all([good, declined, short].map(parkedOf))).flat(),
  })
  const before = await known()
  expect(before.parked).toEqual([])
  await fromTheBeginning()
  await quiet(60_000)
  expect(await known()).toEqual(before)
  const { id } = await event(good, 'OrderPlaced')
  for (const name of ['inventory', 'payment', 'order'])
    expect(await rowsOf(name, `select 1 from choreography.inbox where "eventId" = $1`, [id]), name).toHaveLength(1)
})
