import { RuleViolation } from '@murmuration/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ada, now, pending, said } from '../../test/examples.ts'
import { cancelByCustomer, giveUp, paymentFailed, stockGone } from './ending.ts'
import type { Order } from './order.ts'
import { paymentCaptured, stockCommitted } from './progress.ts'

const steps = {
  captured: (order: Order) => paymentCaptured(order, said.captured, now),
  committed: (order: Order) => stockCommitted(order, said.committed, now),
  failed: (order: Order) => paymentFailed(order, said.failed, now),
  rejected: (order: Order) => stockGone(order, 'StockRejected', now),
  expired: (order: Order) => stockGone(order, 'StockReservationExpired', now),
  cancel: (order: Order) => cancelByCustomer(order, ada, now),
  giveUp: (order: Order) => giveUp(order, 'stuck', now),
}
const ends = ['OrderConfirmed', 'OrderCancelled', 'OrderFailed']

it('ends once and for all, whatever happens in whatever order', () => {
  const names = Object.keys(steps) as (keyof typeof steps)[]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...names), { maxLength: 20 }), (happening) => {
      let order: Order = pending
      const told: string[] = []
      for (const name of happening) {
        try {
          const decided = steps[name](order)
          if ('ignored' in decided) continue
          order = decided.rows?.order ?? order
          for (const { event, data } of decided.events ?? []) {
            expect(event.validate(data)).toEqual([])
            told.push(event.type)
          }
        } catch (error) {
          if (!(error instanceof RuleViolation)) throw error
        }
        const ended = told.filter((type) => ends.includes(type))
        expect(ended.length).toBe(['confirmed', 'cancelled', 'failed'].includes(order.status) ? 1 : 0)
        expect(told.filter((type) => type === 'OrderPaid').length).toBeLessThanOrEqual(1)
        expect(order.history.at(-1)?.status).toBe(order.status)
        if (told.includes('OrderConfirmed')) expect([told.includes('OrderPaid'), order.stockCommitted]).toEqual([true, true])
      }
      // With both facts in and nothing else, it must be confirmed.
      const calm = happening.every((name) => name === 'captured' || name === 'committed')
      if (calm && happening.includes('captured') && happening.includes('committed')) expect(order.status).toBe('confirmed')
    }),
    { numRuns: 2000 },
  )
})
