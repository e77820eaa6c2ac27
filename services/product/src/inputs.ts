import { currencies } from '@murmuration/money'
import { z } from 'zod'

const clean = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)
const currency = z.enum(Object.keys(currencies) as (keyof typeof currencies)[])
const sku = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const productId = z.uuid().lowercase()
const price = z.strictObject({ amount: z.int().min(1), currency })

export const oneProduct = z.object({ productId })

export const newProduct = z.strictObject({
  productId: productId.optional(),
  sku,
  name: clean(200),
  // Line breaks are welcome here.
  description: z
    .string()
    .max(5000)
    .regex(/^[^\0\p{Cs}]*$/u)
    .default(''),
  category: clean(100),
  price,
  images: z
    .array(z.url({ protocol: /^https$/ }).max(500))
    .max(20)
    .default([]),
})

export const priceChange = z.strictObject({ price })

const count = z.coerce.number().int()
const cursor = z
  .string()
  .max(100)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(sku)

export const cursorAfter = (last: string): string => Buffer.from(last).toString('base64url')

export const listing = z
  .strictObject({
    limit: count.min(1).max(100).default(20),
    cursor: cursor.optional(),
    category: clean(100).optional(),
    /** Minor units of `currency`. */
    minPrice: count.min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    maxPrice: count.min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    currency: currency.optional(),
  })
  // A price without currency means nothing; most of the catalogue is in euros.
  .transform(({ currency: given, ...rest }) => ({
    ...rest,
    currency: given ?? (rest.minPrice === undefined && rest.maxPrice === undefined ? undefined : ('EUR' as const)),
  }))
