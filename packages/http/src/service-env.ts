import { z } from 'zod'
import { urlList } from './config.ts'

/** Settings that every process has. Extend it: `serviceEnv.extend({ … })`. */
export const processEnv = z.object({
  SERVICE_NAME: z.string().min(1).optional(),
  /** 0 takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65535).default(0),
  HOST: z.string().default('127.0.0.1'),
  /** Where the user service is, whose keys sign the tokens. */
  USER_URL: urlList,
})

/** Settings of a service with a database that takes part in the choreography. */
export const serviceEnv = processEnv.extend({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Comma separated host:port. */
  KAFKA_BROKERS: z.string().regex(/^[^\s,:]+:\d+(,\s*[^\s,:]+:\d+)*$/),
})
