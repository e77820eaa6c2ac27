import { randomUUID } from 'node:crypto'
import { verdictOf } from '@murmuration/contracts/outage'
import { eventually } from '@murmuration/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { incoming, shared } from './instances.ts'
import { orderPlaced, SKU } from './sample.ts'

const CLASSES =
  `01 02 03 08 09 0A 0B 0F 0L 0P 0Z 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 72 F0 HV P0 XX ZZ`.split(
    ' ',
  )
const codes = CLASSES.flatMap((each) => ['000', '001', '006', '501', 'P01'].map((rest) => `${each}${rest}`))

let world: Awaited<ReturnType<typeof shared>>
beforeAll(async () => {
  world = await shared()
  await world.query('INSERT INTO stock (id, available) VALUES ($1, 100000)', [SKU])
  await world.query('CREATE TABLE faults (id text PRIMARY KEY, code text NOT NULL, until timestamptz NOT NULL)')
  await world.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE fault faults;
    BEGIN
      SELECT * INTO fault FROM faults WHERE id = NEW.id;
      IF clock_timestamp() < fault.until THEN RAISE EXCEPTION 'as the test wants it' USING ERRCODE = fault.code; END IF;
      RETURN NEW;
    END $$`)
  await world.query('CREATE TRIGGER fail BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION fail()')
})
afterAll(() => world.stop())

// fault: outage that looks like a defect
it('whatever the server answers for a moment: what passes is handled, what is the message’s fault is parked alone, and nothing stops', async () => {
  const runtime = await world.start()
  const placed = new Map<string, string>()
  for (const code of codes) {
    const orderId = randomUUID()
    placed.set(orderId, code)
    await world.query(`INSERT INTO faults VALUES ($1, $2, clock_timestamp() + interval '40 milliseconds')`, [orderId, code])
    await runtime.handle([incoming(orderPlaced(orderId))])
  }
  const good = randomUUID()
  await runtime.handle([incoming(orderPlaced(good))])
  // What broke for an unknown reason is tried again after a second.
  const reserved = async () => new Set((await world.query('SELECT id FROM reservations')).map(({ id }) => String(id)))
  const expected = [...placed].filter(([, code]) => verdictOf(code) !== 'defect').map(([id]) => id)
  await eventually(
    async () => {
      const there = await reserved()
      expect([...expected, good].filter((id) => !there.has(id)).map((id) => placed.get(id))).toEqual([])
    },
    { timeoutMs: 20_000 },
  )
  const parked = (await runtime.parking.list({ limit: 1_000 })).map(({ key }) => placed.get(key ?? ''))
  expect(new Set(parked)).toEqual(new Set(codes.filter((code) => verdictOf(code) === 'defect')))
  expect(parked).toHaveLength(new Set(parked).size)
  expect(await runtime.readiness()).toEqual({ ready: true, reasons: [] })
})
