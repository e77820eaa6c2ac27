import { inject } from 'vitest'
import { rowsOf } from './databases.ts'

export interface Entry {
  readonly type: 'charge' | 'refund'
  readonly amount: number
}
type Line = Entry & { readonly reference: string; readonly chargeId: string }

function linesOf(csv: string): Line[] {
  const [head = '', ...rows] = csv.trimEnd().split('\n')
  const columns = head.split(',')
  return rows.map((row) => {
    const cells = Object.fromEntries(row.split(',').map((cell, index) => [columns[index], cell]))
    const type = cells['type'] === 'charge' ? 'charge' : 'refund'
    return { type, amount: Number(cells['amount']), reference: cells['reference'] ?? '', chargeId: cells['charge_id'] ?? '' }
  })
}

async function statement(): Promise<Line[]> {
  // Around midnight an order's lines may be on two days' statements.
  const days = new Set([0, 3_600_000].map((ago) => new Date(Date.now() - ago).toISOString().slice(0, 10)))
  const pages = [...days].map(async (day) => (await fetch(`${inject('stack').provider}/v1/statement.csv?day=${day}`)).text())
  return (await Promise.all(pages)).flatMap(linesOf)
}

/** What the provider's own statement says of these orders: every charge of their payments and every refund of those, in its order. */
export async function statementOf(...orderIds: string[]): Promise<Entry[]> {
  const [lines, payments] = await Promise.all([
    statement(),
    rowsOf<{ paymentId: string }>('payment', `select "paymentId" from payments where "orderId" = any($1::text[])`, [orderIds]),
  ])
  const ours = new Set(payments.map(({ paymentId }) => paymentId))
  const charges = new Set(lines.filter(({ type, reference }) => type === 'charge' && ours.has(reference)).map(({ chargeId }) => chargeId))
  return lines.filter(({ chargeId }) => charges.has(chargeId)).map(({ type, amount }) => ({ type, amount }))
}

/** Charged less refunded, in minor units. */
export const balanceOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { type, amount }) => (type === 'charge' ? sum + amount : sum - amount), 0)
