import { table } from '@murmuration/choreography'
import type { Product } from '../domain/catalogue.ts'
import type { Order } from '../domain/order.ts'

export const orders = table<Order>('orders', { key: 'orderId' })
/** A projection of the product service's facts: an order may see a change a moment late. */
export const products = table<Product>('products', { key: 'productId', lock: false })
