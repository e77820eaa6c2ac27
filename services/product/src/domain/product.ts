import { type Facts, ProductCreated, ProductPriceChanged, ProductRestated, ProductRetired, RuleViolation } from '@murmuration/contracts'
import type { Money } from '@murmuration/money'

/** A product of the catalogue as it is stored. Times are ISO-8601, the price is in minor units. */
export interface Product {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly amount: number
  readonly currency: Money['currency']
  /** Addresses of pictures. */
  readonly images: readonly string[]
  readonly status: 'active' | 'retired'
  readonly createdAt: string
  readonly updatedAt: string
}

/** Which product has a sku: a row of its own, so that two products cannot take the same one at the same time. */
export interface SkuOwner {
  readonly sku: string
  readonly productId: string
}

export interface NewProduct {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly price: Money
  readonly images: readonly string[]
}

const priceOf = ({ amount, currency }: Product): Money => ({ amount, currency })
const samePrice = (a: Money, b: Money): boolean => a.amount === b.amount && a.currency === b.currency

// The price may have changed since and the product may be retired: only what can never change makes it another product, as long as it
// is the very same product id. Under another id it must be equal in all.
const sameProduct = (product: Product, input: NewProduct): boolean =>
  product.sku === input.sku &&
  product.name === input.name &&
  product.description === input.description &&
  product.category === input.category &&
  product.images.length === input.images.length &&
  product.images.every((image, index) => image === input.images[index]) &&
  (product.productId === input.productId || (product.status === 'active' && samePrice(priceOf(product), input.price)))

interface CreateRows {
  readonly product: Product | undefined
  /** The product that has the sku, by its id. */
  readonly owners: ReadonlyMap<string, Product>
}

export function createProduct(input: NewProduct, { product, owners }: CreateRows, { now }: Facts) {
  const [owner] = owners.values()
  if (product !== undefined && product.productId !== owner?.productId)
    throw new RuleViolation('product_exists', `product ${product.productId} has the sku ${product.sku}`)
  if (owner !== undefined) {
    if (sameProduct(owner, input)) return { reply: { product: owner, created: false } }
    throw new RuleViolation('product_exists', `sku ${owner.sku} is another product already`)
  }
  const { price, ...rest } = input
  const at = now.toISOString()
  const created: Product = { ...rest, ...price, status: 'active', createdAt: at, updatedAt: at }
  const { productId, sku, name, category } = created
  return {
    rows: { product: created, sku: { sku, productId } },
    events: [ProductCreated({ productId, sku, name, category, price, status: 'active' })],
    reply: { product: created, created: true },
  }
}

function known(product: Product | undefined, productId: string): Product {
  if (product === undefined) throw new RuleViolation('product_not_found', `there is no product ${productId}`, 404)
  return product
}

export interface PriceChange {
  readonly productId: string
  readonly price: Money
}

/** The same price again changes nothing. */
export function changePrice({ productId, price }: PriceChange, rows: { readonly product: Product | undefined }, { now }: Facts) {
  const product = known(rows.product, productId)
  if (product.status === 'retired') throw new RuleViolation('product_retired', `product ${productId} is retired`)
  const previous = priceOf(product)
  if (samePrice(previous, price)) return { reply: product }
  const changed: Product = { ...product, ...price, updatedAt: now.toISOString() }
  return { rows: { product: changed }, events: [ProductPriceChanged({ productId, sku: product.sku, price, previous })], reply: changed }
}

/** A retired product stays for the orders that name it, and keeps its sku. */
export function retire({ productId }: { readonly productId: string }, rows: { readonly product: Product | undefined }, { now }: Facts) {
  const product = known(rows.product, productId)
  if (product.status === 'retired') return { reply: product }
  const retired: Product = { ...product, status: 'retired', updatedAt: now.toISOString() }
  return { rows: { product: retired }, events: [ProductRetired({ productId, sku: product.sku })], reply: retired }
}

/** Tells how the product is, as if for the first time; it stays as it is. */
export function restate({ productId }: { readonly productId: string }, rows: { readonly product: Product | undefined }) {
  const product = known(rows.product, productId)
  const { sku, name, category, status } = product
  return { events: [ProductRestated({ productId, sku, name, category, price: priceOf(product), status })] }
}
