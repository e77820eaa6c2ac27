import { type Facts, RuleViolation, StockLevelChanged } from '@murmuration/contracts'
import { emptyStock, move, type Stock } from './stock.ts'

/** A change of stock by a person, apart from any order. Its id makes a repeated request harmless. */
export interface Adjustment {
  readonly adjustmentId: string
  readonly cause: 'restock' | 'deduct'
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
  /** User id of the administrator. */
  readonly adjustedBy: string
  readonly adjustedAt: string
}
export type Adjust = Omit<Adjustment, 'cause' | 'adjustedAt'>

interface Rows {
  readonly adjustment: Adjustment | undefined
  readonly stock: Stock | undefined
}

/** Adds to or takes from a stock. A sku's first restock makes its row. */
export function adjust(cause: Adjustment['cause'], input: Adjust, { adjustment, stock }: Rows, { now }: Facts) {
  if (adjustment !== undefined) {
    const { sku, warehouse, quantity } = adjustment
    if (adjustment.cause !== cause || sku !== input.sku || warehouse !== input.warehouse || quantity !== input.quantity)
      throw new RuleViolation('id_already_used', `adjustment ${input.adjustmentId} was another one`)
    return { reply: stock ?? emptyStock(input.sku, input.warehouse) }
  }
  if (stock === undefined && cause === 'deduct')
    throw new RuleViolation('unknown_sku', `there is no stock of ${input.sku} in ${input.warehouse}`, 404)
  const next = move(stock ?? emptyStock(input.sku, input.warehouse), cause, input.quantity)
  const { sku, warehouse, available, reserved, total } = next
  return {
    rows: { adjustment: { ...input, cause, adjustedAt: now.toISOString() }, stock: next },
    events: [StockLevelChanged({ sku, warehouse, available, reserved, total, cause })],
    reply: next,
  }
}
