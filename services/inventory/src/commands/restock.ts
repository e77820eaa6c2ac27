import { command } from '@murmuration/choreography'
import { StockLevelChanged } from '@murmuration/contracts'
import { type Adjust, adjust } from '../domain/adjustment.ts'
import { stockKey } from '../domain/stock.ts'
import { adjustments, stocks } from '../store/tables.ts'

export const restock = command<Adjust>()('Restock', {
  emits: [StockLevelChanged],
  span: 'inventory.restock',
  saga: ({ sku }) => sku,
  reads: ({ adjustmentId }) => ({ adjustment: adjustments.one(adjustmentId) }),
  readsThen: (input) => ({ stock: stocks.one(stockKey(input)) }),
  decide: (input, rows, facts) => adjust('restock', input, rows, facts),
})
