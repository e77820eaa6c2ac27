import { id, sku, warehouse } from '@murmuration/http/formats'
import { z } from 'zod'
import { maxPieces } from './domain/stock.ts'
import { defaultWarehouse } from './domain/warehouse.ts'

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

export const oneWarehouse = z.object({ warehouse })
export const settings = z.strictObject({ priority: z.int().min(1).max(1000) })

export const oneOrder = z.object({ id })
