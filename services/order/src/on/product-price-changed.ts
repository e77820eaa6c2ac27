import { on } from '@murmuration/choreography'
import { ProductPriceChanged } from '@murmuration/contracts'
import { priceChanged } from '../domain/catalogue.ts'
import { products } from '../store/tables.ts'

export const onProductPriceChanged = on(ProductPriceChanged, {
  emits: [],
  reads: ({ data }) => ({ product: products.one(data.productId) }),
  decide: (event, { product }) => priceChanged(event, product),
})
