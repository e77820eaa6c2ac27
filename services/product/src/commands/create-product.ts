import { command, once } from '@murmuration/choreography'
import { ProductCreated } from '@murmuration/contracts'
import { createProduct as decide, type NewProduct } from '../domain/product.ts'
import { products, skus } from '../store/tables.ts'

export const createProduct = once(
  command<NewProduct>()('CreateProduct', {
    emits: [ProductCreated],
    span: 'product.create',
    saga: ({ productId }) => productId,
    reads: ({ productId, sku }) => ({ sku: skus.one(sku), product: products.one(productId) }),
    readsThen: (_, { sku }) => ({ owners: products.many(sku === undefined ? [] : [sku.productId]) }),
    decide: (input, rows, facts) => decide(input, rows, facts),
  }),
)
