import { randomBytes } from 'node:crypto'
import { eventually } from '@murmuration/testing'
import { rowsOf } from '../check/databases.ts'
import { ask, insist } from '../stack/gateway.ts'
import { admin } from './people.ts'

export interface Product {
  readonly productId: string
  readonly sku: string
  readonly price: { readonly amount: number; readonly currency: string }
}

/** A new product in stock, which the order service has heard of. @param price in cents @param elsewhere pieces outside the main warehouse */
export async function product({
  price = 2500,
  stock = 10,
  elsewhere = {},
}: {
  price?: number
  stock?: number
  elsewhere?: Readonly<Record<string, number>>
} = {}): Promise<Product> {
  const { token } = await admin()
  const sku = `E2E-${randomBytes(5).toString('hex').toUpperCase()}`
  const body = { sku, name: `A thing called ${sku}`, category: 'Tests', price: { amount: price, currency: 'EUR' } }
  const { productId } = await insist(ask('POST', '/products', { token, body }))
  if (stock > 0) await insist(ask('POST', `/inventory/${sku}/restock`, { token, body: { quantity: stock } }))
  for (const [warehouse, quantity] of Object.entries(elsewhere)) {
    await insist(ask('PUT', `/warehouses/${warehouse}`, { token, body: { priority: 2 } }))
    await insist(ask('POST', `/inventory/${sku}/restock`, { token, body: { quantity, warehouse } }))
  }
  await eventually(async () => {
    const known = await rowsOf('order', `select 1 from products where "productId" = $1`, [productId])
    if (known.length === 0) throw new Error(`the order service has not heard of ${sku}`)
  })
  return { productId: String(productId), sku, price: body.price }
}

export interface Level {
  readonly available: number
  readonly reserved: number
  readonly total: number
}

/** What is there of a product in all warehouses, as the inventory's database has it. */
export async function levelOf({ sku }: Product): Promise<Level> {
  const sums = ['available', 'reserved', 'total'].map((column) => `coalesce(sum(${column}), 0)::int as ${column}`)
  const [level] = await rowsOf<Level>('inventory', `select ${sums.join(', ')} from stocks where sku = $1`, [sku])
  return level as Level
}
