import { serviceEnv } from '@murmuration/http'
import { email, newPassword } from '@murmuration/http/formats'
import { z } from 'zod'

// The user service has the keys itself, so it needs no USER_URL.
export const config = serviceEnv.omit({ USER_URL: true }).extend({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** The administrator that is made at the first start. */
  ADMIN_EMAIL: email.optional(),
  ADMIN_PASSWORD: newPassword.optional(),
  /** Wrong passwords in 15 minutes for one account from one address, and from one address for all. */
  LOGIN_ATTEMPTS_PER_ACCOUNT: z.coerce.number().int().min(1).default(20),
  LOGIN_ATTEMPTS_PER_ADDRESS: z.coerce.number().int().min(1).default(500),
})
