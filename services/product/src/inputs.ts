import { currency, id, imageUrl, line, price, sku, text, wholeNumber } from '@murmuration/http/formats'
import { z } from 'zod'

export const oneProduct = z.object({ productId: id })

export const newProduct = z.strictObject({
  productId: id.optional(),
  sku,
  name: line(200),
  // Line breaks are welcome here.
  description: text(5000).default(''),
  category: line(100),
  price,
  images: z.array(imageUrl).max(20).default([]),
})

export const priceChange = z.strictObject({ price })

const minorUnits = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional()
const cursor = z
  .string()
  .max(100)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(sku)

export const cursorAfter = (last: string): string => Buffer.from(last).toString('base64url')

export const listing = z
  .strictObject({
    limit: wholeNumber(1, 100).default(20),
    cursor: cursor.optional(),
    category: line(100).optional(),
    /** Minor units of `currency`. */
    minPrice: minorUnits,
    maxPrice: minorUnits,
    currency: currency.optional(),
  })
  // A price without currency means nothing; most of the catalogue is in euros.
  .transform(({ currency: given, ...rest }) => ({
    ...rest,
    currency: given ?? (rest.minPrice === undefined && rest.maxPrice === undefined ? undefined : ('EUR' as const)),
  }))
