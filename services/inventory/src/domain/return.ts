import { type DataOf, ignore, type ReturnApproved, RuleViolation, StockReturned } from '@murmuration/contracts'
import { bySku, isOfClaim } from './claim.ts'
import { type Reservation, type Rows, unplaced } from './reservation.ts'
import { type Line, moveAll, stockKey } from './stock.ts'

/**
 * Sold pieces come back, each to the warehouse that it came from.
 * @throws RuleViolation `forged_event`, `impossible_fact` when nothing was sold, `forged_return` when not so many were
 */
export function takeBack(approved: DataOf<typeof ReturnApproved>, { reservation, stock }: Rows) {
  const { orderId, returnId, userId, lines: wanted } = approved
  if (reservation === undefined) return unplaced(orderId)
  isOfClaim(reservation, userId, reservation)
  if (reservation.returns.some((known) => known.returnId === returnId)) return ignore('repeated: the goods of the return are back')
  if (reservation.status !== 'committed')
    throw new RuleViolation('impossible_fact', `goods are returned of an order whose stock is ${reservation.status}`)
  const sold = stillSold(reservation)
  const lines = bySku(wanted).flatMap(({ sku, quantity }) => origins(sku, quantity, sold))
  const returns = [...reservation.returns, { returnId, lines }]
  return {
    rows: { reservation: { ...reservation, returns }, stock: moveAll(stock, 'restock', lines) },
    events: [StockReturned({ orderId, returnId, lines })],
  }
}

const sum = (lines: readonly { readonly quantity: number }[]): number => lines.reduce((all, { quantity }) => all + quantity, 0)

function stillSold({ lines, returns }: Reservation): Line[] {
  const back = returns.flatMap((each) => each.lines)
  return lines.map((line) => ({ ...line, quantity: line.quantity - sum(back.filter((each) => stockKey(each) === stockKey(line))) }))
}

function origins(sku: string, quantity: number, sold: readonly Line[]): Line[] {
  let left = quantity
  const found: Line[] = []
  for (const line of sold) {
    const pieces = line.sku === sku ? Math.min(line.quantity, left) : 0
    if (pieces > 0) found.push({ sku, warehouse: line.warehouse, quantity: pieces })
    left -= pieces
  }
  if (left > 0) throw new RuleViolation('forged_return', `${quantity} pieces of ${sku} are returned, ${left} more than were sold`)
  return found
}
