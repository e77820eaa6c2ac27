import { RuleViolation } from '@murmuration/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byKey, cancelled, captured, failed, order, orderId, placesOf, returned, stockOf } from '../../test/builders.ts'
import { commit, expire, giveBack, type Reservation, releaseUnpaid, reserve } from './reservation.ts'
import { takeBack } from './return.ts'
import { stockKey as keyOf, type Stock } from './stock.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => orderId }
const lines = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 4 })
const fact = fc.constantFrom('captured', 'failed', 'cancelled', 'timer', 'return 1', 'return 2')
const orders = fc.array(fc.record({ lines, facts: fc.array(fact, { maxLength: 6 }) }), { minLength: 1, maxLength: 6 })

const unlessRefused = (decide: () => object): object => {
  try {
    return decide()
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error
    return {}
  }
}

it('neither loses nor makes a piece, whatever comes in whatever order', () => {
  fc.assert(
    fc.property(orders, (placed) => {
      const start = ['main/a', 'north/a', 'main/b', 'south/b', 'north/c'].map((name) => stockOf(name, 4))
      let stock: ReadonlyMap<string, Stock> = byKey(...start)
      const held: Reservation[] = []
      for (const each of placed) {
        let reservation: Reservation | undefined
        const step = (decided: object) => {
          const rows = 'rows' in decided ? (decided.rows as { reservation: Reservation; stock?: Stock[] }) : undefined
          reservation = rows?.reservation ?? reservation
          stock = new Map([...stock, ...byKey(...(rows?.stock ?? []))])
        }
        step(reserve(order(each.lines), { reservation, ...placesOf(stock) }, 1000, facts))
        // Of a rejected order there is no payment.
        const possible = (name: string) => name !== 'captured' || reservation?.status !== 'rejected'
        for (const name of each.facts.filter(possible)) {
          const rows = { reservation, stock }
          if (name === 'captured') step(commit(captured(), rows))
          if (name === 'failed') step(releaseUnpaid(failed(), rows))
          if (name === 'cancelled') step(unlessRefused(() => giveBack(cancelled(), rows)))
          if (name === 'timer') step(expire(rows))
          if (name.startsWith('return')) step(unlessRefused(() => takeBack(returned([['a', 1]], { returnId: name }), rows)))
        }
        if (reservation) held.push(reservation)
      }
      const sum = (key: string, status: string) =>
        held
          .flatMap((each) => (each.status === status ? each.lines : []))
          .reduce((all, line) => all + (keyOf(line) === key ? line.quantity : 0), 0)
      for (const { stockKey } of start) {
        const row = stock.get(stockKey)
        expect(row?.reserved).toBe(sum(stockKey, 'held'))
        const back = held.flatMap(({ returns }) => returns.flatMap((each) => each.lines)).filter((line) => keyOf(line) === stockKey)
        expect(row?.total).toBe(4 - sum(stockKey, 'committed') + back.length)
        expect(row?.available).toBe((row?.total ?? 0) - (row?.reserved ?? 0))
      }
    }),
  )
})
