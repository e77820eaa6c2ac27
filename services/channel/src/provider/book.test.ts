import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Booked, type Charge, type Entry, openBook } from './book.ts'
import { statement } from './statement.ts'

const now = new Date('2026-11-21T10:00:00.000Z')
const always = { successRate: 1, refundSuccessRate: 1 }
const order = { amount: 1000, currency: 'EUR', method: 'paypal', reference: 'p-1' }
const entryOf = <Kind extends Entry>(booked: Booked<Kind>): Kind => {
  if (typeof booked === 'string') throw new Error(booked)
  return booked.entry
}
const written: Entry[] = []
const fresh = (entries: readonly Entry[] = []) => {
  written.length = 0
  return openBook(entries, (entry) => void written.push(entry))
}

it('charges a key once, and refuses another body under it', () => {
  const book = fresh()
  const first = book.charge('k', order, always, now)
  expect(book.charge('k', order, always, new Date())).toEqual({ ...(first as object), made: false })
  expect(book.charge('k', { ...order, amount: 999 }, always, now)).toBe('other_body')
  expect(written).toHaveLength(1)
})

it('declines by the key, always the same one, and always the method decline', () => {
  const keys = Array.from({ length: 2000 }, (_, n) => `key-${n}`)
  const run = (successRate: number) => {
    const book = fresh()
    return keys.map((key) => entryOf<Charge>(book.charge(key, order, { successRate }, now)).status)
  }
  expect(run(0.95)).toEqual(run(0.95))
  const share = run(0.95).filter((status) => status === 'succeeded').length / keys.length
  expect(share).toBeGreaterThan(0.93)
  expect(share).toBeLessThan(0.97)
  expect(new Set(run(1))).toEqual(new Set(['succeeded']))
  expect(new Set(run(0))).toEqual(new Set(['declined']))
  expect(entryOf(fresh().charge('k', { ...order, method: 'decline' }, always, now))).toMatchObject({
    status: 'declined',
    code: 'card_declined',
  })
})

it('never refunds more than a charge, however it is asked', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ key: fc.nat({ max: 5 }), amount: fc.integer({ min: 1, max: 1500 }) }), { maxLength: 20 }),
      (refunds) => {
        const book = fresh()
        const { id } = entryOf<Charge>(book.charge('k', order, always, now))
        for (const { key, amount } of refunds) book.refund(`r-${key}`, { chargeId: id, amount }, always, now)
        const paidBack = written
          .filter(({ type, status }) => type === 'refund' && status === 'succeeded')
          .reduce((sum, { amount }) => sum + amount, 0)
        expect(paidBack).toBeLessThanOrEqual(order.amount)
      },
    ),
  )
})

it('does not refund a charge that it does not know or has declined', () => {
  const book = fresh()
  const declined = entryOf<Charge>(book.charge('k', { ...order, method: 'decline' }, always, now))
  expect(book.refund('r', { chargeId: 'ch_nothing', amount: 1 }, always, now)).toBe('unknown_charge')
  expect(book.refund('r', { chargeId: declined.id, amount: 1 }, always, now)).toBe('unknown_charge')
})

it('forgets nothing when it is opened again', () => {
  const before = fresh()
  const { id } = entryOf<Charge>(before.charge('k', order, always, now))
  before.refund('r', { chargeId: id, amount: 400, reference: 'r-1' }, always, now)
  const entries = [...written]
  const again = fresh(entries)
  expect(again.charge('k', order, always, new Date())).toMatchObject({ made: false })
  expect(entryOf(again.refund('r2', { chargeId: id, amount: 601 }, always, now))).toMatchObject({ code: 'amount_exceeds_charge' })
})

it('states what moved money on a day, and nothing else', () => {
  const book = fresh()
  const { id } = entryOf<Charge>(book.charge('k', order, always, now))
  book.charge('no', { ...order, method: 'decline' }, always, now)
  const refund = entryOf(book.refund('r', { chargeId: id, amount: 400, reference: '=1,"x"' }, always, now))
  book.charge('later', order, always, new Date('2026-11-22T00:00:00.000Z'))
  expect(statement(book.ofDay('2026-11-21'))).toBe(
    'type,id,charge_id,reference,amount,currency,method,created_at\n' +
      `charge,${id},${id},p-1,1000,EUR,paypal,2026-11-21T10:00:00.000Z\n` +
      `refund,${refund.id},${id},"'=1,""x""",400,EUR,paypal,2026-11-21T10:00:00.000Z\n`,
  )
  expect(book.ofDay('2026-11-22')).toHaveLength(1)
})
