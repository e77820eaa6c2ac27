import { on } from '@murmuration/choreography'
import { ProductCreated } from '@murmuration/contracts'
import { productCreated } from '../domain/catalogue.ts'
import { products } from '../store/tables.ts'

export const onProductCreated = on(ProductCreated, {
  emits: [],
  reads: ({ data }) => ({ product: products.one(data.productId) }),
  decide: (event, { product }) => productCreated(event, product),
})
