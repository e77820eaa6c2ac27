import { serviceEnv } from '@murmuration/http'
import { z } from 'zod'

const DAY_MS = 86_400_000

export const config = serviceEnv.extend({
  /** Returns of an order up to so much in all, in minor units, are agreed to without an administrator; 0: none is. */
  RETURN_WITHOUT_APPROVAL: z.coerce.number().int().min(0).default(0),
  /** How long after its confirmation an order may be given back, in ms. */
  RETURN_WITHIN_MS: z.coerce
    .number()
    .int()
    .min(1000)
    .max(3650 * DAY_MS)
    .default(30 * DAY_MS),
})

/** What the shop lets its customers give back. */
export const returnRules = ({ RETURN_WITHOUT_APPROVAL, RETURN_WITHIN_MS }: z.output<typeof config>) => ({
  withoutApproval: RETURN_WITHOUT_APPROVAL,
  withinMs: RETURN_WITHIN_MS,
})
