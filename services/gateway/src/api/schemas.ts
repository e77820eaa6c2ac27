import * as formats from '@murmuration/http/formats'
import { z } from 'zod'
import { problems } from './problems.ts'

export const { id, line, sku, text } = formats

export const time = z.iso.datetime({ precision: 3 }).meta({ description: 'ISO 8601, UTC, with milliseconds' })
export const currency = formats.currency.meta({ id: 'Currency' })
export const method = formats.paymentMethod.meta({
  id: 'PaymentMethod',
  description: "`decline` is the provider simulator's always-declined method.",
})

/** Money in a request: more than nothing. */
export const price = formats.price.extend({ currency }).meta({ id: 'Price' })
export const money = z.object({ amount: z.int().min(0).meta({ description: 'Minor units, e.g. cents' }), currency }).meta({ id: 'Money' })

export const byId = z.object({ id })
export const bySku = z.object({ sku })

export const limit = formats.wholeNumber(1, 100).optional()
export const cursor = z.string().min(1).max(300).optional().meta({ description: 'nextCursor of the page before' })
export const page = z.strictObject({ limit, cursor })

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().optional(), total: z.int().optional() })

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z
      .string()
      .regex(/^[a-z]+(_[a-z0-9]+)*$/)
      .meta({
        description: `For programs. More may come; now there are:\n${Object.entries(problems)
          .map(([code, meaning]) => `- \`${code}\`: ${meaning}`)
          .join('\n')}`,
      }),
    errors: z.array(z.object({ field: z.string(), expected: z.string(), got: z.string().optional() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })
