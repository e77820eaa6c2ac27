import { command } from '@murmuration/choreography'
import { StockLevelChanged } from '@murmuration/contracts'
import { type Adjust, deduct as decide } from '../domain/adjustment.ts'
import { stockKey } from '../domain/stock.ts'
import { adjustments, stocks } from '../store/tables.ts'

export const deduct = command<Adjust>()('Deduct', {
  emits: [StockLevelChanged],
  span: 'inventory.deduct',
  saga: ({ sku }) => sku,
  reads: ({ adjustmentId }) => ({ adjustment: adjustments.one(adjustmentId) }),
  readsThen: (input) => ({ stock: stocks.one(stockKey(input)) }),
  decide: (input, rows, facts) => decide(input, rows, facts),
})
