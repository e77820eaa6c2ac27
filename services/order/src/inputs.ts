import { country, id, line, moment, note, paymentMethod, wholeNumber } from '@murmuration/http/formats'
import { z } from 'zod'

export const oneOrder = z.object({ id })
export const oneReturn = z.object({ id, returnId: id })

/** Prices, totals, users and states are nobody's to say. */
export const newOrder = z.strictObject({
  items: z
    .array(z.strictObject({ productId: id, quantity: z.int().min(1).max(1000) }))
    .min(1)
    .max(100),
  payment: z.strictObject({
    method: paymentMethod,
    source: z.enum(['channel', 'wallet']).default('channel'),
  }),
  shippingAddress: z
    .strictObject({
      name: line(200),
      line1: line(200),
      line2: line(200).optional(),
      city: line(100),
      postalCode: line(20),
      country,
    })
    .transform(({ line2, ...address }) => (line2 === undefined ? address : { ...address, line2 })),
})

/** Without items: all that is left. */
export const newReturn = z
  .strictObject({
    items: z
      .array(z.strictObject({ productId: id, quantity: z.int().min(1).max(100_000) }))
      .min(1)
      .max(100)
      .optional(),
    reason: note(500),
  })
  .transform(({ items, reason }) => (items === undefined ? { reason } : { items, reason }))
export const rejection = z.strictObject({ reason: note(500) })

export const failure = z.strictObject({ reason: note(500) })

/** Where a page begins: after the order of this time and id. */
export interface Place {
  readonly placedAt: Date
  readonly orderId: string
}

const place = z
  .string()
  .max(200)
  .transform((text) => Buffer.from(text, 'base64url').toString().split('|'))
  .pipe(z.tuple([moment, id]))
  .transform(([placedAt, orderId]): Place => ({ placedAt: new Date(placedAt), orderId }))

export const cursorAfter = ({ placedAt, orderId }: { placedAt: string; orderId: string }): string =>
  Buffer.from(`${new Date(placedAt).toISOString()}|${orderId}`).toString('base64url')

export const page = z.strictObject({ limit: wholeNumber(1, 100).default(20), cursor: place.optional() })
