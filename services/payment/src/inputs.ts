import { id, price } from '@murmuration/http/formats'
import { z } from 'zod'

/** A payment's own id, or its order's. */
export const onePayment = z.object({ id })
/** A refund of a payment, which is named as above. */
export const oneRefund = z.object({ id, refundId: id })
export const ofOrder = z.strictObject({ orderId: id })

export const newRefund = z
  .strictObject({
    /** Default: all that is left. */
    amount: price.optional(),
  })
  .prefault({})
  .transform(({ amount }) => (amount === undefined ? {} : { amount }))
