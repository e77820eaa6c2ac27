import { type DataOf, type OrderPlaced, RuleViolation } from '@murmuration/contracts'
import { defaultWarehouse, type Line } from './stock.ts'

/** What an order says that the stock must remember: whose it is, its total, and how many of each sku. */
export interface Claim {
  readonly orderId: string
  readonly userId: string
  readonly amount: number
  readonly currency: string
  readonly lines: readonly Line[]
}

/** Lines of the same sku become one, sorted, so that equal orders make equal claims. */
export function claimOf({ orderId, userId, total, items }: DataOf<typeof OrderPlaced>): Claim {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  const lines = [...quantities].map(([sku, quantity]) => ({ sku, warehouse: defaultWarehouse, quantity }))
  lines.sort((a, b) => (a.sku < b.sku ? -1 : 1))
  return { orderId, userId, amount: total.amount, currency: total.currency, lines }
}

export const sameClaim = (a: Claim, b: Claim): boolean =>
  a.userId === b.userId &&
  a.amount === b.amount &&
  a.currency === b.currency &&
  a.lines.length === b.lines.length &&
  a.lines.every((line, index) => line.sku === b.lines[index]?.sku && line.quantity === b.lines[index]?.quantity)

/** A fact about an order must name the order's own customer and total. @throws RuleViolation `forged_event` */
export function isOfClaim(claim: Claim, userId: string, money: { amount: number; currency: string }): void {
  if (claim.userId !== userId) throw new RuleViolation('forged_event', `order ${claim.orderId} belongs to another user`)
  if (claim.amount !== money.amount || claim.currency !== money.currency)
    throw new RuleViolation(
      'forged_event',
      `order ${claim.orderId} costs ${claim.amount} ${claim.currency}, not ${money.amount} ${money.currency}`,
    )
}
