import { command } from '@murmuration/choreography'
import { ProductRestated } from '@murmuration/contracts'
import { restate } from '../domain/product.ts'
import { products } from '../store/tables.ts'

export const restateProduct = command<{ readonly productId: string }>()('RestateProduct', {
  emits: [ProductRestated],
  span: 'product.restate',
  saga: ({ productId }) => productId,
  reads: ({ productId }) => ({ product: products.one(productId) }),
  decide: (input, rows) => restate(input, rows),
})
