import { command } from '@murmuration/choreography'
import { ProductRetired } from '@murmuration/contracts'
import { retire } from '../domain/product.ts'
import { products } from '../store/tables.ts'

export const retireProduct = command<{ readonly productId: string }>()('RetireProduct', {
  emits: [ProductRetired],
  span: 'product.retire',
  saga: ({ productId }) => productId,
  reads: ({ productId }) => ({ product: products.one(productId) }),
  decide: (input, rows, facts) => retire(input, rows, facts),
})
