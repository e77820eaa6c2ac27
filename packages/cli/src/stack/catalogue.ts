import { refused } from '../errors.ts'
import { listOf, numberOf, objectOf, textOf } from '../json.ts'
import { call } from './http.ts'
import { type Money, moneyOf } from './orders.ts'
import { type Stack, serviceUrl } from './stack.ts'

export interface Product {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly price: Money
}

const PAGE = 100

async function pageOf(stack: Stack, cursor: string | undefined): Promise<{ items: readonly Product[]; next: string | undefined }> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) })
  const body = objectOf((await call(`${serviceUrl(stack, 'gateway')}/api/v1/products?${query}`)).body)
  const items = listOf(body['items']).map(objectOf)
  return {
    items: items.map(({ productId, sku, name, price }) => ({
      productId: textOf(productId) ?? '',
      sku: textOf(sku) ?? '',
      name: textOf(name) ?? '',
      price: moneyOf(price),
    })),
    next: textOf(body['nextCursor']),
  }
}

/** The product with this sku. The catalogue is listed by sku, page by page. */
export async function productBySku(stack: Stack, sku: string): Promise<Product> {
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await pageOf(stack, cursor)
    const found = items.find((product) => product.sku === sku)
    if (found !== undefined) return found
    if (next === undefined || items.length === 0)
      throw refused(`no product has the sku ${sku}`, 'Without --sku, some product that is in stock is taken.')
    cursor = next
  }
}

/** Free pieces of a sku; 0 when the inventory does not know it. */
export async function availableOf(stack: Stack, sku: string): Promise<number> {
  try {
    return (
      numberOf(objectOf((await call(`${serviceUrl(stack, 'gateway')}/api/v1/inventory/${encodeURIComponent(sku)}`)).body)['available']) ?? 0
    )
  } catch (error) {
    if ((error as { status?: number }).status === 404) return 0
    throw error
  }
}

/** Some product of which there are so many. */
export async function someProduct(stack: Stack, quantity: number): Promise<Product> {
  const { items } = await pageOf(stack, undefined)
  if (items.length === 0)
    throw refused('the catalogue is empty', '`npm start` fills it at the first start; services/product/scripts/seed.ts does it by hand.')
  const start = Math.floor(Math.random() * items.length)
  // A few are scarce; the next one will do.
  for (let step = 0; step < Math.min(10, items.length); step++) {
    const product = items[(start + step) % items.length] as Product
    if ((await availableOf(stack, product.sku)) >= quantity) return product
  }
  throw refused(`no product with ${quantity} pieces in stock was found`, 'Name one with --sku.')
}
