import { serviceEnv } from '@murmuration/http'
import { z } from 'zod'

export const config = serviceEnv.extend({
  /** The cache. Without it everything works, only slower. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
})
