import { serviceEnv } from '@murmuration/http'
import { fetchablePort, isFetchableUrl } from '@murmuration/http/fetchable'
import { z } from 'zod'

export const config = serviceEnv.extend({
  /** Base URL of the payment provider. */
  PROVIDER_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isFetchableUrl, fetchablePort)
    .transform((url) => url.replace(/\/+$/, '')),
  /** Signs the provider's webhooks. */
  PROVIDER_WEBHOOK_SECRET: z.string().min(16),
})
