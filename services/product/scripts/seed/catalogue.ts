import { hash } from 'node:crypto'
import { assortment, type Category, type Kind } from './assortment.ts'

/** A product as the gateway takes it, and how much of it is in stock. Amounts in cents. */
export interface Seed {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly price: { readonly amount: number; readonly currency: 'EUR' }
  readonly images: readonly string[]
  readonly stock: number
}

const plenty = 10_000
// Every so-manieth product is scarce, but none of the first, which demonstrations order from.
const scarceEvery = 40

/** The same number from 0 up to (not including) 1 for the same text, on every machine. */
const drawn = (text: string): number => Number.parseInt(hash('sha256', text).slice(0, 12), 16) / 2 ** 48

/** A UUID (version 8) that is always the same for a sku, so that seeding twice makes nothing twice. */
export function idOf(sku: string): string {
  const hex = hash('sha256', `murmuration product ${sku}`)
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A price as shops write it: x.90 up to 50 euros, x.00 or x.50 above. */
function priceOf({ price: [from, to] }: Kind, maker: number, variant: number, sku: string): number {
  // Makers and variants differ in price in the order of the lists; some chance on top.
  const place = (maker * 3 + variant + drawn(sku)) / 9
  const euros = Math.round(from + (to - from) * place)
  return euros < 50 ? euros * 100 - 10 : euros * 100 - (drawn(`${sku} cents`) < 0.5 ? 0 : 50)
}

function seedOf(category: Category, kind: Kind, maker: number, variant: number, index: number): Seed {
  const makerName = category.makers[maker] ?? ''
  const variantName = kind.variants[variant] ?? ''
  const sku = `${category.code}-${kind.code}-${makerName.slice(0, 3).toUpperCase()}${variant + 1}`
  return {
    productId: idOf(sku),
    sku,
    name: category.titled ? `${kind.name} (${makerName}, ${variantName})` : `${makerName} ${kind.name}, ${variantName}`,
    description: `${kind.says} By ${makerName}. Variant: ${variantName}.`,
    category: category.name,
    price: { amount: priceOf(kind, maker, variant, sku), currency: 'EUR' },
    images: [`https://images.murmuration.example/${sku.toLowerCase()}.webp`],
    stock: index % scarceEvery === scarceEvery - 1 ? 1 + Math.floor(drawn(`${sku} stock`) * 5) : plenty,
  }
}

/** The whole shop, the same on every call. */
export const seeds = (): Seed[] =>
  assortment
    .flatMap((category) =>
      category.kinds.flatMap((kind) =>
        category.makers.flatMap((_, maker) => kind.variants.map((_, variant) => ({ category, kind, maker, variant }))),
      ),
    )
    .map(({ category, kind, maker, variant }, index) => seedOf(category, kind, maker, variant, index))
