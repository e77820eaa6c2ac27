import { sku, warehouse } from '@murmuration/http/formats'
import { z } from 'zod'
import { defaultWarehouse, maxPieces } from './domain/stock.ts'

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
  warehouse: warehouse.default(defaultWarehouse),
})
