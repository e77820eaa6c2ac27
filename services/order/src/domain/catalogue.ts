import {
  type Currency,
  type DataOf,
  type Decision,
  type Ignored,
  ignore,
  type ProductCreated,
  type ProductPriceChanged,
  type ProductRestated,
  type ProductRetired,
  RuleViolation,
} from '@murmuration/contracts'

/** A row of `products`: what the order service knows of the catalogue, from the product service's events. */
export interface Product {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly amount: number
  readonly currency: Currency
  readonly status: 'active' | 'retired'
  /** Time of the newest event that is in here; an older one must not bring an old price back. */
  readonly changedAt: string
}

type Projected = Decision<{ product: Product }, never, never, undefined> | Ignored
interface Dated<Data> {
  readonly time: string
  readonly data: Data
}

export function productCreated({ data, time }: Dated<DataOf<typeof ProductCreated>>, known: Product | undefined): Projected {
  const { productId, sku, name, price } = data
  if (known === undefined) return { rows: { product: { productId, sku, name, ...price, status: 'active', changedAt: time } } }
  sameSku(known, sku)
  return ignore('the product is known')
}

export function priceChanged({ data, time }: Dated<DataOf<typeof ProductPriceChanged>>, known: Product | undefined): Projected {
  if (known === undefined) throw unknownProduct()
  sameSku(known, data.sku)
  if (known.status === 'retired') return ignore('late: the product is retired')
  const age = Date.parse(time) - Date.parse(known.changedAt)
  // Two changes in one millisecond are told apart by what they change from.
  const follows = age > 0 || (age === 0 && data.previous.amount === known.amount && data.previous.currency === known.currency)
  if (!follows) return ignore('late: a newer price is known')
  return { rows: { product: { ...known, ...data.price, changedAt: time } } }
}

/** How the product is by its own service's word: whatever was missed before is in it. */
export function productRestated({ data, time }: Dated<DataOf<typeof ProductRestated>>, known: Product | undefined): Projected {
  const { productId, sku, name, price, status } = data
  if (known !== undefined) sameSku(known, sku)
  if (known !== undefined && Date.parse(time) < Date.parse(known.changedAt)) return ignore('late: something newer is known')
  // Also where nothing differs: what was missed and comes late is older than this.
  return { rows: { product: { productId, sku, name, ...price, status, changedAt: time } } }
}

export function productRetired({ data, time }: Dated<DataOf<typeof ProductRetired>>, known: Product | undefined): Projected {
  if (known === undefined) throw unknownProduct()
  sameSku(known, data.sku)
  if (known.status === 'retired') return ignore('the product is retired already')
  return { rows: { product: { ...known, status: 'retired', changedAt: time } } }
}

// A product's events share topic and key: its creation always comes first.
const unknownProduct = () => new RuleViolation('unknown_product', 'no such product was ever created')

function sameSku(known: Product, sku: string): void {
  if (known.sku !== sku) throw new RuleViolation('forged_product', 'the event names another sku than the known product has')
}
