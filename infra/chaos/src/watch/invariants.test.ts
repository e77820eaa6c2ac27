import type { StatementLine } from '@murmuration/checker'
import { expect, it } from 'vitest'
import { compared } from './invariants.ts'

const line = (type: StatementLine['type'], reference: string, amount: number, chargeId = `ch-${reference}`): StatementLine => ({
  type,
  chargeId,
  reference,
  amount,
  currency: 'EUR',
})
const payment = (paymentId: string, amount: number, refunded = 0) => ({ paymentId, amount, refunded })
const details = (...args: Parameters<typeof compared>) => compared(...args).map(({ detail }) => detail)

it('is content when the provider is ahead by what is in flight', () => {
  const statement = [line('charge', 'p1', 500), line('charge', 'p2', 700), line('refund', 'r1', 200, 'ch-p1')]
  expect(details([payment('p1', 500)], statement)).toEqual([])
  expect(details([payment('p1', 500, 200), payment('p2', 700)], statement)).toEqual([])
})

it('sees a second charge', () => {
  expect(details([], [line('charge', 'p1', 500), line('charge', 'p1', 500, 'ch-other')])).toEqual(['payment p1 is charged twice'])
})

it('sees money that only we have', () => {
  expect(details([payment('p1', 500)], [])).toEqual(['payment p1 is captured, but the provider has no charge'])
  expect(details([payment('p1', 500)], [line('charge', 'p1', 400)])).toEqual(['payment p1 is captured with 500, but was charged with 400'])
  expect(details([payment('p1', 500, 300)], [line('charge', 'p1', 500)])).toEqual(['payment p1 is refunded by 300, the provider has 0'])
})

it('sees more given back than was taken, and what is given back of nothing', () => {
  const twice = [line('charge', 'p1', 500), line('refund', 'r1', 300, 'ch-p1'), line('refund', 'r2', 300, 'ch-p1')]
  expect(details([], twice)).toEqual(['payment p1: 600 of 500 given back'])
  expect(details([], [line('refund', 'r1', 1, 'ch-none')])).toEqual(['refund r1 is of no charge'])
})
