import { on } from '@murmuration/choreography'
import { ProductRetired } from '@murmuration/contracts'
import { productRetired } from '../domain/catalogue.ts'
import { products } from '../store/tables.ts'

export const onProductRetired = on(ProductRetired, {
  emits: [],
  reads: ({ data }) => ({ product: products.one(data.productId) }),
  decide: (event, { product }) => productRetired(event, product),
})
