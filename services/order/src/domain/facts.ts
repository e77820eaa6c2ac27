import { type Ignored, ignore, type Money, RuleViolation, type StockLine } from '@murmuration/contracts'
import { type Order, totalOf } from './order.ts'

/** What the others say about an order is held against its own record; who forges it is parked and seen. */
export function sameMoney(order: Order, fact: { readonly userId: string; readonly amount: Money }): void {
  const total = totalOf(order)
  if (fact.userId !== order.userId) throw new RuleViolation('forged_user', 'the event names another user than the order')
  if (fact.amount.amount !== total.amount || fact.amount.currency !== total.currency)
    throw new RuleViolation('forged_amount', 'the event names another amount than the order')
}

/** The pieces of each sku must be those ordered, whichever warehouses they come from. */
export function samePieces(order: Order, lines: readonly StockLine[]): void {
  const ordered = pieces(order.items)
  const said = pieces(lines)
  if (ordered.size !== said.size || [...ordered].some(([sku, quantity]) => said.get(sku) !== quantity))
    throw new RuleViolation('forged_stock', 'the event names other goods than the order')
}

function pieces(lines: readonly { readonly sku: string; readonly quantity: number }[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { sku, quantity } of lines) found.set(sku, (found.get(sku) ?? 0) + quantity)
  return found
}

export function contradiction(order: Order, fact: string): never {
  throw new RuleViolation('contradiction', `${fact} contradicts that the order is ${order.status}`)
}

export const late = (order: Order): Ignored =>
  ignore(`late: the order is ${order.status}${order.reason === null ? '' : ` (${order.reason})`}`)
