import { z } from 'zod'
import { listeningPort, urlList } from './config.ts'

/** Settings that every service has. Extend it: `serviceEnv.extend({ … })`. */
export const processEnv = z.object({
  /** 0 takes a free port. */
  PORT: listeningPort.default(0),
  HOST: z.string().default('127.0.0.1'),
  /** Where the user service is, whose keys sign the tokens. */
  USER_URL: urlList,
  /** Comma separated host:port. */
  KAFKA_BROKERS: z.string().regex(/^[^\s,:]+:\d+(,\s*[^\s,:]+:\d+)*$/),
  /**
   * Partitions of a new topic. All topics have as many, so that partition i of every topic holds the same sagas. A service can have as many working
   * instances; each partition more makes batches smaller and the broker's work larger.
   */
  TOPIC_PARTITIONS: z.coerce.number().int().min(1).max(9999).default(3),
})

/** Settings of a service with a database that takes part in the choreography. */
export const serviceEnv = processEnv.extend({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** For fault tests: where a moment is named at which the process kills itself. */
  CRASH_FILE: z.string().optional(),
})
