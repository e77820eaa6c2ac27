import { expect, it } from 'vitest'
import { flock } from '../src/flock.ts'
import { mutants } from '../src/mutants/index.ts'
import { machineOf, offTheTable, stepsBy } from '../src/watch/machine.ts'
import { dice } from '../src/workload/dice.ts'
import { draw } from '../src/workload/draw.ts'
import { idOf, nameOf } from '../src/workload/ids.ts'
import { type Deed, type DeedOf, lies, poisons } from '../src/workload/plan.ts'
import { sentence } from '../src/workload/sentence.ts'

const plans = Array.from({ length: 1_000 }, (_, seed) => draw(seed))
const deeds = plans.flatMap((plan) => plan.deeds)
const of = <D extends Deed['does']>(does: D) => deeds.filter((deed): deed is DeedOf<D> => deed.does === does)

it('is the same for the same seed, and another for another one', () => {
  expect(draw(42)).toEqual(draw(42))
  expect(draw(42)).not.toEqual(draw(43))
})

it('has everything that anybody outside may do, in the order of time', () => {
  const early = plans.flatMap(({ deeds: own }) => own.filter(({ atMs }, index) => atMs < (own[index - 1]?.atMs ?? 0)))
  expect(early).toEqual([])
  const all: Deed['does'][] = [
    'place',
    'cancel',
    'give up',
    'refund',
    'retry refunds',
    'return',
    'approve',
    'reject',
    'restock',
    'deduct',
    'reprice',
    'retire',
    'prefer',
    'poison',
    'repeat',
    'silence',
  ]
  for (const does of all) expect(of(does).length, does).toBeGreaterThan(10)
  for (const poison of poisons)
    expect(
      of('poison').some(({ how }) => how === poison),
      poison,
    ).toBe(true)
  expect(new Set(of('place').map(({ method }) => method))).toContain('decline')
  expect(new Set(of('place').flatMap(({ lie }) => lie ?? []))).toEqual(new Set(lies))
  expect(new Set(of('refund').map(({ amount }) => amount))).toEqual(new Set(['all', 'third', 'more']))
  expect(deeds.map(sentence).filter((words) => words.includes('undefined'))).toEqual([])
})

it('races for few pieces: many orders want more than there is', () => {
  const scarce = plans.filter(({ goods, deeds: own }) => {
    const wanted = own.flatMap((deed) => (deed.does === 'place' ? deed.items : []))
    return goods.some(
      ({ product, pieces }) =>
        wanted.reduce((sum, item) => (item.product === product ? sum + item.quantity : sum), 0) > pieces.reduce((a, b) => a + b),
    )
  })
  expect(scarce.length).toBeGreaterThan(plans.length / 2)
})

it('keeps goods in several warehouses, and brings some to where none were', () => {
  expect(plans.filter(({ goods }) => goods.some(({ pieces }) => pieces.filter((each) => each > 0).length > 1)).length).toBeGreaterThan(300)
  const first = plans.filter(({ goods, deeds: own }) =>
    own.some((deed) => deed.does === 'restock' && goods[deed.product]?.pieces[deed.warehouse] === 0),
  )
  expect(first.length).toBeGreaterThan(10)
})

it('names its ids for people', () => {
  expect(nameOf(idOf('order', 3))).toBe('order 3')
  expect(nameOf('01990000-0000-7000-8000-000000000003')).toBeUndefined()
})

it('draws evenly', () => {
  const chance = dice(1)
  const drawn = Array.from({ length: 8_000 }, () => chance.below(4))
  for (const value of [0, 1, 2, 3]) expect(drawn.filter((each) => each === value).length).toBeGreaterThan(1_800)
})

it('has all services with their own names, and at least twelve planted faults', () => {
  const names = flock.map((member) => member.definition({ holdMs: 1, refundRetriesMs: [] }).name)
  expect(new Set(names).size).toBe(flock.length)
  expect(mutants.length).toBeGreaterThanOrEqual(12)
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})

it('knows which states can follow which, also by several steps', () => {
  const machine = machineOf(
    stepsBy({ pay: { pending: 'pay', paid: 'repeated' }, send: { pending: 'late', paid: 'send' } }, { pay: 'paid', send: 'sent' }),
  )
  expect(offTheTable(machine, 'it', 'pending', 'sent')).toBeUndefined()
  expect(offTheTable(machine, 'it', undefined, 'pending')).toBeUndefined()
  expect(offTheTable(machine, 'it', 'paid', 'pending')).toBe('it went from paid to pending, which its machine does not allow')
})
