import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { during, eventually, outages } from '@murmuration/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processSurroundings } from '../src/surroundings.ts'
import { incoming, shared } from './instances.ts'
import { orderPlaced, paymentFailed, restock, SKU } from './sample.ts'

let world: Awaited<ReturnType<typeof shared>>
beforeEach(async () => {
  world = await shared()
  await world.query('INSERT INTO stock (id, available) VALUES ($1, 100000)', [SKU])
})
afterEach(() => world.stop())

const write = (message: ReturnType<typeof incoming>) => world.log.write(message.topic, message)
const keptAside = () => world.query('SELECT status, reason, detail FROM choreography.parked')

// fault: outage that looks like a defect
describe.each(outages)('a database that is %s for some seconds', (outage) => {
  it('parks nothing: commands are refused as transient, messages wait, and all heals by itself', async () => {
    const runtime = await world.start()
    await eventually(async () => expect((await runtime.readiness()).ready).toBe(true))
    const orders = Array.from({ length: 60 }, () => randomUUID())
    const place = (some: readonly string[]) => {
      for (const orderId of some) write(incoming(orderPlaced(orderId)))
    }
    place(orders.slice(0, 20))
    await during(outage, world.databaseUrl, async () => {
      place(orders.slice(20, 40))
      for (let second = 0; second < 3; second++) {
        const [asked] = await Promise.allSettled([runtime.execute(restock, { sku: 'other', quantity: 1 })])
        expect(asked).toMatchObject({ status: 'rejected', reason: { name: 'Transient' } })
        await sleep(1_000)
      }
      expect((await runtime.readiness()).reasons).toEqual(['the database does not answer, or takes no writes'])
    })
    place(orders.slice(40))
    for (const orderId of orders) write(incoming(paymentFailed(orderId)))
    await eventually(() => expect(world.types()).toHaveLength(2 * orders.length), { timeoutMs: 15_000 })
    for (const orderId of orders) expect(world.types(orderId)).toEqual(['StockReserved', 'StockReleased'])
    expect((await keptAside()).filter(({ reason }) => reason !== 'not_yet')).toEqual([])
    await expect(runtime.execute(restock, { sku: 'other', quantity: 1 })).resolves.toMatchObject({ available: 1 })
    await eventually(async () => expect((await runtime.readiness()).ready).toBe(true), { timeoutMs: 10_000 })
  })

  it('is waited for by a service that starts meanwhile', async () => {
    let starting: ReturnType<typeof world.start> | undefined
    await during(outage, world.databaseUrl, () => {
      starting = world.start()
      return sleep(1_000)
    })
    const runtime = await (starting as ReturnType<typeof world.start>)
    await runtime.handle([incoming(orderPlaced(randomUUID()))])
    await eventually(() => expect(world.types()).toEqual(['StockReserved']))
  })
})

// fault: outage that looks like a defect
it('a table that a migration has taken away for a moment parks nothing', async () => {
  const runtime = await world.start()
  const orderId = randomUUID()
  await world.query('ALTER TABLE reservations RENAME TO being_migrated')
  const handled = runtime.handle([incoming(orderPlaced(orderId))])
  await sleep(500)
  await world.query('ALTER TABLE being_migrated RENAME TO reservations')
  expect(await handled).toMatchObject([{ outcome: 'handled' }])
  expect(await keptAside()).toEqual([])
})

// fault: outage that looks like a defect
it('an outage that only one message meets keeps its key waiting, and nobody else', async () => {
  let skewMs = 0
  const runtime = await world.start({ around: { ...processSurroundings, now: () => Date.now() + skewMs } })
  const [victim, other] = [randomUUID(), randomUUID()]
  // A damaged page, as the server tells of it.
  await world.query(`CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.id = '${victim}' THEN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END IF; RETURN NEW; END $$`)
  await world.query('CREATE TRIGGER damaged BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION damaged()')
  const handled = runtime.handle([incoming(orderPlaced(victim)), incoming(orderPlaced(other)), incoming(paymentFailed(victim))])
  await sleep(300)
  skewMs = 61_000
  expect((await handled).map((outcome) => outcome?.outcome)).toEqual(['deferred', 'handled', 'deferred'])
  expect((await keptAside()).map(({ status, reason }) => [status, reason])).toEqual([
    ['deferred', 'outage'],
    ['deferred', 'behind'],
  ])
  await world.query('DROP TRIGGER damaged ON reservations')
  await world.query(`UPDATE choreography.parked SET "retryAt" = now() WHERE reason = 'outage'`)
  await eventually(() => expect(world.types(victim)).toEqual(['StockReserved', 'StockReleased']))
})
