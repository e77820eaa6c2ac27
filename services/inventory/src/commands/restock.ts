import { command } from '@murmuration/choreography'
import { StockLevelChanged } from '@murmuration/contracts'
import { type Adjust, restock as decide } from '../domain/adjustment.ts'
import { stockKey } from '../domain/stock.ts'
import { adjustments, articles, stocks, warehouses } from '../store/tables.ts'

export const restock = command<Adjust>()('Restock', {
  emits: [StockLevelChanged],
  span: 'inventory.restock',
  saga: ({ sku }) => sku,
  reads: ({ adjustmentId, sku, warehouse }) => ({
    adjustment: adjustments.one(adjustmentId),
    article: articles.one(sku),
    warehouse: warehouses.one(warehouse),
  }),
  readsThen: (input) => ({ stock: stocks.one(stockKey(input)) }),
  decide: (input, rows, facts) => decide(input, rows, facts),
})
