import { command } from '@murmuration/choreography'
import { ProductPriceChanged } from '@murmuration/contracts'
import { changePrice as decide, type PriceChange } from '../domain/product.ts'
import { products } from '../store/tables.ts'

export const changePrice = command<PriceChange>()('ChangePrice', {
  emits: [ProductPriceChanged],
  span: 'product.change_price',
  saga: ({ productId }) => productId,
  reads: ({ productId }) => ({ product: products.one(productId) }),
  decide: (input, rows, facts) => decide(input, rows, facts),
})
