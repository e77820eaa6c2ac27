import { serviceEnv } from '@murmuration/http'
import { z } from 'zod'
import { REFUND_RETRIES_MS } from './domain/refund-retry.ts'

export const config = serviceEnv.extend({
  /** How long to wait before each further attempt at a refund that the provider declined, in ms, comma separated; then a person has to look. */
  REFUND_RETRIES_MS: z
    .string()
    .default(REFUND_RETRIES_MS.join(','))
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().transform(Number).pipe(z.int().min(1).max(86_400_000))).max(20)),
})
