import { table } from '@murmuration/choreography'
import type { Product, SkuOwner } from '../domain/product.ts'

export const skus = table<SkuOwner>('skus', { key: 'sku' })
export const products = table<Product>('products', { key: 'productId' })
