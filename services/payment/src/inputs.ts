import { currencies } from '@murmuration/money'
import { z } from 'zod'

const id = z.uuid().lowercase()

/** A payment's own id, or its order's. */
export const onePayment = z.object({ id })
export const ofOrder = z.strictObject({ orderId: id })

export const newRefund = z
  .strictObject({
    /** Default: all that is left. */
    amount: z.strictObject({ amount: z.int().min(1), currency: z.enum(Object.keys(currencies) as (keyof typeof currencies)[]) }).optional(),
  })
  .prefault({})
  .transform(({ amount }) => (amount === undefined ? {} : { amount }))
