import { type DataOf, type OrderPlaced, RuleViolation } from '@murmuration/contracts'
import type { Wanted } from './stock.ts'

/** What an order says that the stock must remember: whose it is, its total, and how many of each sku. */
export interface Claim {
  readonly orderId: string
  readonly userId: string
  readonly amount: number
  readonly currency: string
  readonly wanted: readonly Wanted[]
}

/** Lines of the same sku become one, sorted, so that equal orders make equal claims. */
export const claimOf = ({ orderId, userId, total, items }: DataOf<typeof OrderPlaced>): Claim => ({
  orderId,
  userId,
  amount: total.amount,
  currency: total.currency,
  wanted: bySku(items),
})

/** How many of each sku the lines are in all, whichever warehouses they come from; sorted. */
export function bySku(lines: readonly Wanted[]): Wanted[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1))
}

export const sameClaim = (a: Claim, b: Claim): boolean =>
  a.userId === b.userId &&
  a.amount === b.amount &&
  a.currency === b.currency &&
  a.wanted.length === b.wanted.length &&
  a.wanted.every(({ sku, quantity }, index) => sku === b.wanted[index]?.sku && quantity === b.wanted[index]?.quantity)

/** A fact about an order must name the order's own customer and total. @throws RuleViolation `forged_event` */
export function isOfClaim(claim: Omit<Claim, 'wanted'>, userId: string, money: { amount: number; currency: string }): void {
  if (claim.userId !== userId) throw new RuleViolation('forged_event', `order ${claim.orderId} belongs to another user`)
  if (claim.amount !== money.amount || claim.currency !== money.currency)
    throw new RuleViolation(
      'forged_event',
      `order ${claim.orderId} costs ${claim.amount} ${claim.currency}, not ${money.amount} ${money.currency}`,
    )
}
