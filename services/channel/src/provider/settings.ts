import { fetchablePort, isFetchable, isFetchableUrl } from '@murmuration/http/fetchable'
import { z } from 'zod'

const rate = z.number().min(0).max(1)
const ms = z.int().min(0).max(600_000)

/** What can be changed while the simulator runs (`PUT /v1/settings`, any of them). */
export const settings = z.strictObject({
  /** Added to the answers to charges and refunds. */
  latencyMs: ms,
  /** Share of charges that succeed. */
  successRate: rate,
  /** Share of refunds that succeed. */
  refundSuccessRate: rate,
  /** Share of charges and refunds that are made, but whose answer is cut off. */
  lostAnswerRate: rate,
  /** Whether webhooks are sent, when there is an address for them. */
  webhooks: z.boolean(),
  webhookDelayMs: ms,
  /** How often each webhook is sent again. */
  webhookDuplicates: z.int().min(0).max(10),
})
export type Settings = z.output<typeof settings>

const numeric = z.coerce.number()

const environment = z.object({
  PORT: numeric
    .pipe(z.int().min(0).max(65535))
    .refine((port) => port === 0 || isFetchable(port), `expected ${fetchablePort}`)
    .default(0),
  HOST: z.string().default('127.0.0.1'),
  PROVIDER_LATENCY_MS: numeric.pipe(ms).default(100),
  PROVIDER_SUCCESS_RATE: numeric.pipe(rate).default(0.95),
  PROVIDER_REFUND_SUCCESS_RATE: numeric.pipe(rate).default(1),
  PROVIDER_LOST_ANSWER_RATE: numeric.pipe(rate).default(0),
  /** Off, as each payment then costs one more request and one more transaction. */
  PROVIDER_WEBHOOKS: z.stringbool().default(false),
  PROVIDER_WEBHOOK_DELAY_MS: numeric.pipe(ms).default(500),
  PROVIDER_WEBHOOK_DUPLICATES: numeric.pipe(z.int().min(0).max(10)).default(0),
  /** Where webhooks go; absent: nowhere. */
  PROVIDER_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isFetchableUrl, `expected ${fetchablePort}`)
    .optional(),
  PROVIDER_WEBHOOK_SECRET: z.string().min(16).optional(),
  /** Folder of the book; absent: it is kept in memory only. */
  PROVIDER_DATA_DIR: z.string().optional(),
})

export type Environment = z.output<typeof environment>

/** The simulator's environment; all that is wrong with it is told at once. The http kit would do it, for 25 MB that this process does not need. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const result = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (result.success) return result.data
  throw new Error(`Bad configuration:\n${z.prettifyError(result.error)}`)
}

export const settingsOf = (env: Environment): Settings => ({
  latencyMs: env.PROVIDER_LATENCY_MS,
  successRate: env.PROVIDER_SUCCESS_RATE,
  refundSuccessRate: env.PROVIDER_REFUND_SUCCESS_RATE,
  lostAnswerRate: env.PROVIDER_LOST_ANSWER_RATE,
  webhooks: env.PROVIDER_WEBHOOKS,
  webhookDelayMs: env.PROVIDER_WEBHOOK_DELAY_MS,
  webhookDuplicates: env.PROVIDER_WEBHOOK_DUPLICATES,
})
