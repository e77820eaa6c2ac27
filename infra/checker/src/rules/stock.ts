import type { Anomaly } from '../anomaly.ts'
import type { Evidence } from '../evidence.ts'
import type { StockRow } from '../rows.ts'
import type { Rule } from './rule.ts'

/** Pieces by what the other rows say of a stock. */
interface Account {
  supplied: number
  held: number
  sold: number
}

/** No stock below zero, and every piece explained: what came in by hand is available, held by a reservation, or sold. */
export const stock: Rule = function* (evidence) {
  const accounts = accountsOf(evidence)
  for (const row of evidence.stocks) {
    yield* consistent(row)
    yield* balanced(row, accounts.get(row.stockKey) ?? { supplied: 0, held: 0, sold: 0 })
    accounts.delete(row.stockKey)
  }
  for (const [stockKey, { held, sold }] of accounts)
    if (held + sold > 0) yield of('oversold', `${held} held and ${sold} sold of ${stockKey}, which has no stock`, held + sold)
}

function accountsOf({ adjustments, reservations }: Evidence): Map<string, Account> {
  const accounts = new Map<string, Account>()
  const account = ({ sku, warehouse }: { sku: string; warehouse: string }): Account => {
    const key = `${warehouse}/${sku}`
    const known = accounts.get(key) ?? { supplied: 0, held: 0, sold: 0 }
    accounts.set(key, known)
    return known
  }
  for (const adjustment of adjustments)
    account(adjustment).supplied += adjustment.cause === 'restock' ? adjustment.quantity : -adjustment.quantity
  for (const { status, lines, returns } of reservations) {
    for (const line of lines) {
      if (status === 'held') account(line).held += line.quantity
      if (status === 'committed') account(line).sold += line.quantity
    }
    for (const line of returns.flatMap((each) => each.lines)) account(line).sold -= line.quantity
  }
  return accounts
}

function* consistent({ stockKey, available, reserved, total }: StockRow): Iterable<Anomaly> {
  const least = Math.min(available, reserved, total)
  if (least < 0) yield of('oversold', `${stockKey} has ${available} available, ${reserved} reserved, ${total} in all`, -least)
  const more = available + reserved - total
  if (more !== 0)
    yield of(
      more > 0 ? 'stock_created' : 'stock_destroyed',
      `${stockKey}: ${available} available + ${reserved} reserved is not ${total}`,
      more,
    )
}

function* balanced({ stockKey, reserved, total }: StockRow, { supplied, held, sold }: Account): Iterable<Anomaly> {
  const promised = held + sold - supplied
  if (promised > 0) yield of('oversold', `${stockKey}: ${held} held and ${sold} sold of ${supplied}`, promised)
  const more = total - (supplied - sold)
  if (more !== 0)
    yield of(
      more > 0 ? 'stock_created' : 'stock_destroyed',
      `${stockKey} has ${total} pieces; ${supplied} came in and ${sold} were sold`,
      more,
    )
  if (reserved < held) yield of('oversold', `${stockKey} reserves ${reserved} pieces, but reservations hold ${held}`, held - reserved)
  if (reserved > held)
    yield of('stock_destroyed', `${stockKey} reserves ${reserved} pieces, of which reservations hold ${held}`, reserved - held)
}

const of = (name: Anomaly['name'], detail: string, pieces: number): Anomaly => ({
  name,
  detail,
  service: 'inventory',
  amount: Math.abs(pieces),
})
