import { z } from 'zod'

const about = z.object({
  /** Our own name for it: the payment's or the refund's id. */
  reference: z.string().min(1).max(200),
  amount: z.int().min(0),
  currency: z.string().length(3),
})

/** A webhook's body. What became of the charge or refund is read from the same fields as in the API's answers. */
export const webhookMessage = z.object({
  id: z.string().min(1).max(200),
  type: z.enum(['charge.succeeded', 'charge.declined', 'refund.succeeded', 'refund.declined']),
  data: about.loose(),
})
