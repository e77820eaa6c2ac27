import {
  type Address,
  type Decision,
  type EmissionOf,
  type FieldError,
  type Money,
  type OrderItem,
  OrderPlaced,
  type PaymentMethod,
  type PaymentSource,
  RuleViolation,
} from '@murmuration/contracts'
import { add, MoneyError, multiply } from '@murmuration/money'
import type { Product } from './catalogue.ts'
import type { Order } from './order.ts'
import { type OrderView, view } from './view.ts'

export interface Placement {
  readonly orderId: string
  readonly userId: string
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
  readonly payment: { readonly method: PaymentMethod; readonly source: PaymentSource }
  readonly shippingAddress: Address
}

/** What was asked for cannot be sold like that; names the fields, e.g. `items/0/productId`. Status 422. */
export class Unsellable extends RuleViolation {
  constructor(code: string, errors: readonly FieldError[]) {
    super(code, `in the body: ${errors.map(({ field, expected }) => `${field}: expected ${expected}`).join('; ')}`, 422, errors)
    this.name = 'Unsellable'
  }
}

type Placed = Decision<{ order: Order }, EmissionOf<typeof OrderPlaced>, never, OrderView>

/**
 * A new order at the catalogue's prices; the same placement again gets the order that is there.
 * @throws Unsellable `unknown_product`, `mixed_currencies`, `total_too_large`; RuleViolation `order_exists`
 */
export function place(wish: Placement, existing: Order | undefined, products: ReadonlyMap<string, Product>, now: Date): Placed {
  if (existing !== undefined) {
    if (!sameWish(existing, wish)) throw new RuleViolation('order_exists', 'another order has this id')
    return { reply: view(existing) }
  }
  const { items, total } = price(wish.items, products)
  const { orderId, userId, payment, shippingAddress } = wish
  const placedAt = now.toISOString()
  const event = OrderPlaced({ orderId, userId, items, total, payment, shippingAddress, placedAt })
  const order = newOrder(event.data)
  return { rows: { order }, events: [event], reply: view(order) }
}

type PlacedData = ReturnType<typeof OrderPlaced>['data']

export function newOrder({ orderId, userId, items, total, payment, shippingAddress, placedAt }: PlacedData): Order {
  return {
    orderId,
    userId,
    items,
    ...total,
    ...payment,
    shippingAddress,
    placedAt,
    updatedAt: placedAt,
    stockCommitted: false,
    history: [{ status: 'pending', at: placedAt }],
    returns: [],
    refunds: [],
    status: 'pending',
    reason: null,
    paymentId: null,
  }
}

function price(wishes: Placement['items'], products: ReadonlyMap<string, Product>): { items: OrderItem[]; total: Money } {
  const sellable = wishes.map(({ productId, quantity }) => ({ product: products.get(productId), quantity }))
  const missing = sellable.flatMap(({ product }, index) =>
    product?.status === 'active' ? [] : [productField(index, 'a product that is for sale')],
  )
  if (missing.length > 0) throw new Unsellable('unknown_product', missing)
  const chosen = sellable.flatMap(({ product, quantity }) => (product === undefined ? [] : [{ product, quantity }]))
  const currency = chosen[0]?.product.currency ?? 'EUR'
  const foreign = chosen.flatMap(({ product }, index) =>
    product.currency === currency ? [] : [productField(index, `a product priced in ${currency}`)],
  )
  if (foreign.length > 0) throw new Unsellable('mixed_currencies', foreign)

  let total: Money = { amount: 0, currency }
  const items = chosen.map(({ product: { productId, sku, name, amount }, quantity }, index): OrderItem => {
    const unitPrice: Money = { amount, currency }
    const subtotal = fits(index, () => multiply(unitPrice, quantity))
    total = fits(index, () => add(total, subtotal))
    return { productId, sku, name, unitPrice, quantity, subtotal }
  })
  return { items, total }
}

const productField = (index: number, expected: string): FieldError => ({ field: `items/${index}/productId`, expected })

function fits(index: number, compute: () => Money): Money {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof MoneyError) || error.code !== 'amount_overflow') throw error
    throw new Unsellable('total_too_large', [{ field: `items/${index}/quantity`, expected: 'a total of at most 2^53-1 minor units' }])
  }
}

function sameWish(order: Order, wish: Placement): boolean {
  return (
    order.userId === wish.userId &&
    order.method === wish.payment.method &&
    order.source === wish.payment.source &&
    sameAddress(order.shippingAddress, wish.shippingAddress) &&
    order.items.length === wish.items.length &&
    order.items.every((item, index) => item.productId === wish.items[index]?.productId && item.quantity === wish.items[index]?.quantity)
  )
}

const addressFields = ['name', 'line1', 'line2', 'city', 'postalCode', 'country'] as const satisfies (keyof Address)[]
const sameAddress = (a: Address, b: Address): boolean => addressFields.every((field) => a[field] === b[field])
