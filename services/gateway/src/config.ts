import { processEnv, urlList } from '@murmuration/http'
import { z } from 'zod'

const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback)

export const config = processEnv.extend({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  PRODUCT_URL: urlList,
  ORDER_URL: urlList,
  PAYMENT_URL: urlList,
  INVENTORY_URL: urlList,
  RISK_URL: urlList,
  /** Requests per second of one user, and of one address. Generous, so that a bench on one machine is not throttled: lower it in production. */
  RATE_LIMIT_PER_SECOND: count(2000),
  /** So many more within ten seconds. */
  RATE_LIMIT_BURST: count(4000),
  /** Origins that browsers may call from: a comma list, or * for all. Tokens are no cookies, so * gives nothing away. */
  CORS_ORIGINS: z.string().default('*'),
  /** Proxies in front whose X-Forwarded-For is believed. 0: nobody's. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
})
