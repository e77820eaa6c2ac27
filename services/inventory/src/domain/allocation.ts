import type { Article } from './article.ts'
import { type Line, type Stock, stockKey, type Wanted } from './stock.ts'
import type { Warehouse } from './warehouse.ts'

/** All that an order's goods may come from, by their keys. */
export interface Places {
  readonly articles: ReadonlyMap<string, Article>
  readonly warehouses: ReadonlyMap<string, Warehouse>
  readonly stock: ReadonlyMap<string, Stock>
}

/** A sku of which too little is there. */
export interface Shortage {
  readonly sku: string
  readonly requested: number
  /** In all warehouses. */
  readonly available: number
}

/** The stock rows that goods of these skus may come from. */
export const keysOfArticles = (articles: ReadonlyMap<string, Article>): string[] =>
  [...articles.values()].flatMap(({ sku, warehouses }) => warehouses.map((warehouse) => stockKey({ sku, warehouse })))

/**
 * Where the wanted goods come from: of each sku from the warehouse of the lowest priority number first, then from the one that has the most; what one
 * lacks the next one gives. All or nothing: with any shortage there are no lines.
 */
export function allocate(wanted: readonly Wanted[], places: Places): { readonly lines: Line[] } | { readonly shortages: Shortage[] } {
  const lines: Line[] = []
  const shortages: Shortage[] = []
  for (const { sku, quantity } of wanted) {
    let missing = quantity
    for (const { warehouse, available } of sourcesOf(sku, places)) {
      const taken = Math.min(available, missing)
      if (taken > 0) lines.push({ sku, warehouse, quantity: taken })
      missing -= taken
    }
    if (missing > 0) shortages.push({ sku, requested: quantity, available: quantity - missing })
  }
  return shortages.length > 0 ? { shortages } : { lines }
}

/** A sku's stocks in the order in which they serve. */
function sourcesOf(sku: string, { articles, warehouses, stock }: Places): Stock[] {
  const rows = (articles.get(sku)?.warehouses ?? []).flatMap((warehouse) => stock.get(stockKey({ sku, warehouse })) ?? [])
  const priority = ({ warehouse }: Stock) => warehouses.get(warehouse)?.priority ?? Number.POSITIVE_INFINITY
  return rows.sort((a, b) => {
    const first = priority(a) - priority(b)
    // Of two unknown ones neither comes first.
    return (Number.isNaN(first) ? 0 : first) || b.available - a.available || (a.warehouse < b.warehouse ? -1 : 1)
  })
}
