import { z } from 'zod'
import { defaultWarehouse, maxPieces } from './domain/stock.ts'

const sku = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)

export const oneSku = z.object({ sku })

export const severalSkus = z.strictObject({
  /** Comma separated. */
  skus: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(sku).min(1).max(100)),
})

export const adjustment = z.strictObject({
  quantity: z.int().min(1).max(maxPieces),
  warehouse: z
    .string()
    .max(32)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
    .default(defaultWarehouse),
})
