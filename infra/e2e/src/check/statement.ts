import { statementSince } from '@murmuration/checker'
import { inject } from 'vitest'
import { rowsOf } from './databases.ts'

export interface Entry {
  readonly type: 'charge' | 'refund'
  readonly amount: number
}

/** What the provider's own statement says of these orders: every charge of their payments and every refund of those, in its order. */
export async function statementOf(...orderIds: string[]): Promise<Entry[]> {
  const [lines, payments] = await Promise.all([
    // Around midnight an order's lines may be on two days' statements.
    statementSince(inject('stack').provider, Date.now() - 3_600_000),
    rowsOf<{ paymentId: string }>('payment', `select "paymentId" from payments where "orderId" = any($1::text[])`, [orderIds]),
  ])
  const ours = new Set(payments.map(({ paymentId }) => paymentId))
  const charges = new Set(lines.filter(({ type, reference }) => type === 'charge' && ours.has(reference)).map(({ chargeId }) => chargeId))
  return lines.filter(({ chargeId }) => charges.has(chargeId)).map(({ type, amount }) => ({ type, amount }))
}

/** Charged less refunded, in minor units. */
export const balanceOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { type, amount }) => (type === 'charge' ? sum + amount : sum - amount), 0)
