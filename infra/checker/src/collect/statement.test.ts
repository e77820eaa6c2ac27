import { expect, it } from 'vitest'
import { linesOf } from './statement.ts'

const head = 'type,id,charge_id,reference,amount,currency,method,created_at\n'

it('reads charges and refunds off a statement', () => {
  const csv = `${head}charge,ch_1,ch_1,p-1,500,EUR,paypal,2026-11-21T10:00:00Z\nrefund,re_1,ch_1,r-1,200,EUR,paypal,2026-11-21T10:00:01Z\n`
  expect(linesOf(csv)).toEqual([
    { type: 'charge', chargeId: 'ch_1', reference: 'p-1', amount: 500, currency: 'EUR' },
    { type: 'refund', chargeId: 'ch_1', reference: 'r-1', amount: 200, currency: 'EUR' },
  ])
  expect(linesOf(head)).toEqual([])
})

it('refuses what is no line of a statement', () => {
  expect(() => linesOf(`${head}fee,1,2,3,4,5,6,7`)).toThrow(/not a line/)
  expect(() => linesOf(`${head}charge,1`)).toThrow(/not a line/)
})
