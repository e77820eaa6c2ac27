import { imageUrl, wholeNumber } from '@murmuration/http/formats'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { byId, currency, cursor, id, limit, line, money, pageOf, price, sku, text, time } from './schemas.ts'

const product = z
  .object({
    productId: id,
    sku,
    name: z.string(),
    description: z.string(),
    category: z.string(),
    price: money,
    images: z.array(z.string()),
    status: z.enum(['active', 'retired']),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Product' })

const newProduct = z
  .strictObject({
    // A seed's products have ids of their own, the same on every machine.
    productId: id.optional(),
    sku,
    name: line(200),
    description: text(5000).optional(),
    category: line(100),
    price,
    images: z.array(imageUrl).max(20).optional(),
  })
  .meta({ id: 'NewProduct' })

const minorUnits = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional()
const listing = z.strictObject({
  limit,
  cursor,
  category: line(100).optional(),
  minPrice: minorUnits,
  maxPrice: minorUnits,
  currency: currency.optional(),
})

const common = { tag: 'products', service: 'product' } as const
const one = { 200: { description: 'The product', schema: product } }

export const products: Endpoint[] = [
  {
    ...common,
    method: 'get',
    path: '/products',
    summary: 'The catalogue, page by page',
    access: 'anybody',
    query: listing,
    answers: { 200: { description: 'A page of active products in the order of their skus', schema: pageOf(product) } },
    to: '/products',
  },
  {
    ...common,
    method: 'get',
    path: '/products/{id}',
    summary: 'A product',
    access: 'anybody',
    params: byId,
    answers: one,
    to: '/products/{id}',
  },
  {
    ...common,
    method: 'post',
    path: '/products',
    summary: 'Add a product',
    access: 'admin',
    body: newProduct,
    answers: {
      200: { description: 'The same product was there already', schema: product },
      201: { description: 'Added', schema: product },
    },
    to: '/products',
    creates: true,
    located: true,
  },
  {
    ...common,
    method: 'patch',
    path: '/products/{id}',
    summary: 'Change the price',
    access: 'admin',
    params: byId,
    body: z.strictObject({ price }).meta({ id: 'PriceChange' }),
    answers: one,
    to: '/products/{id}',
  },
  {
    ...common,
    method: 'post',
    path: '/products/{id}/retire',
    summary: 'Retire a product',
    access: 'admin',
    params: byId,
    answers: one,
    to: '/products/{id}/retire',
  },
]
