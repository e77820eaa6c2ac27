import { type Facts, RuleViolation, StockLevelChanged } from '@murmuration/contracts'
import { type Article, storedIn } from './article.ts'
import { emptyStock, move, type Stock } from './stock.ts'
import type { Warehouse } from './warehouse.ts'

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
interface RestockRows extends Rows {
  readonly article: Article | undefined
  readonly warehouse: Warehouse | undefined
}

/** Adds to a stock. A sku's first restock in a warehouse makes its row there. @throws RuleViolation `sku_not_found`, `unknown_warehouse` */
export function restock(input: Adjust, rows: RestockRows, facts: Facts) {
  const { sku } = input
  const { adjustment, article, warehouse, stock } = rows
  if (adjustment !== undefined) return again('restock', input, adjustment, stock)
  if (article === undefined)
    throw new RuleViolation('sku_not_found', `the catalogue has no sku ${sku}`, 404, [{ field: 'sku', expected: 'a sku of the catalogue' }])
  if (warehouse === undefined)
    throw new RuleViolation('unknown_warehouse', `there is no warehouse ${input.warehouse}`, 422, [
      { field: 'warehouse', expected: 'a warehouse that was opened' },
    ])
  const done = adjust('restock', input, stock ?? emptyStock(sku, input.warehouse), facts)
  return stock === undefined ? { ...done, rows: { ...done.rows, article: storedIn(article, input.warehouse) } } : done
}

/** Takes from a stock. @throws RuleViolation `sku_not_found` where it has none */
export function deduct(input: Adjust, { adjustment, stock }: Rows, facts: Facts) {
  if (adjustment !== undefined) return again('deduct', input, adjustment, stock)
  if (stock === undefined) throw new RuleViolation('sku_not_found', `there is no stock of ${input.sku} in ${input.warehouse}`, 404)
  return adjust('deduct', input, stock, facts)
}

function adjust(cause: Adjustment['cause'], input: Adjust, from: Stock, { now }: Facts) {
  const stock = move(from, cause, input.quantity)
  const { sku, warehouse, available, reserved, total } = stock
  return {
    rows: { adjustment: { ...input, cause, adjustedAt: now.toISOString() }, stock },
    events: [StockLevelChanged({ sku, warehouse, available, reserved, total, cause })],
    reply: stock,
  }
}

function again(cause: Adjustment['cause'], input: Adjust, known: Adjustment, stock: Stock | undefined) {
  const { sku, warehouse, quantity } = known
  if (known.cause !== cause || sku !== input.sku || warehouse !== input.warehouse || quantity !== input.quantity)
    throw new RuleViolation('idempotency_key_reused', `adjustment ${input.adjustmentId} was another one`, 422)
  return { reply: stock ?? emptyStock(sku, warehouse) }
}
