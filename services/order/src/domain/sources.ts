import type { StockLine } from '@murmuration/contracts'
import type { OrderLine, Source } from './order.ts'

/** Each line with the warehouses that its goods came from: what was taken of a sku goes to the lines that ordered it, one after the other. */
export function sourced(items: readonly OrderLine[], taken: readonly StockLine[]): OrderLine[] {
  const left = taken.map((line) => ({ ...line }))
  return items.map((item) => {
    let missing = item.quantity
    const sources: Source[] = []
    for (const line of left) {
      const quantity = line.sku === item.sku ? Math.min(line.quantity, missing) : 0
      if (quantity === 0) continue
      sources.push({ warehouse: line.warehouse, quantity })
      line.quantity -= quantity
      missing -= quantity
    }
    return { ...item, sources }
  })
}
