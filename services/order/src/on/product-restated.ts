import { on } from '@murmuration/choreography'
import { ProductRestated } from '@murmuration/contracts'
import { productRestated } from '../domain/catalogue.ts'
import { products } from '../store/tables.ts'

export const onProductRestated = on(ProductRestated, {
  emits: [],
  reads: ({ data }) => ({ product: products.one(data.productId) }),
  decide: (event, { product }) => productRestated(event, product),
})
