import { join } from 'node:path'
import { databaseUrl } from '@murmuration/database'
import { cacheFolder } from '../paths.ts'
import type { Infra } from '../state.ts'
import type { Secrets } from './secrets.ts'

export type Environment = Record<string, string>

// What belongs to the process that starts the stack (npm, vitest, a debugger) must not reach the services.
const isForeign = (name: string): boolean =>
  /^(npm_|NODE_OPTIONS$|NODE_ENV$|NODE_CHANNEL|VITEST|TEST$|INIT_CWD$)/.test(name) ||
  (name === 'LOG_LEVEL' && process.env['VITEST'] !== undefined)

const inherited = (): Environment =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !isForeign(entry[0])),
  )

export const databaseName = (service: string): string => `murmuration_${service}`

/** Where the provider simulator keeps its book. */
export const providerFolder = (stack: string): string => join(stack, 'data', 'provider')

/** `USER_URL` and the like: where each service answers; several instances are a comma list. */
const peers = (urls: Record<string, string[]>): Environment =>
  Object.fromEntries(Object.entries(urls).map(([name, instances]) => [`${name.toUpperCase()}_URL`, instances.join(',')]))

export type EnvironmentInput = {
  stack: string
  name: string
  port: number
  infra: Infra
  /** By service; one for each of its instances. */
  urls: Record<string, string[]>
  secrets: Secrets
  extra: Environment
}

/** Everything that a service process reads, as docs and docker-compose.yml have it. `extra` wins. */
export const serviceEnvironment = ({ stack, name, port, infra, urls, secrets, extra }: EnvironmentInput): Environment => ({
  // Demos are to be repeatable: the simulated provider declines nobody unless asked to.
  PROVIDER_SUCCESS_RATE: '1',
  ...inherited(),
  NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache'),
  // V8 sizes its heap and its threads for one process on the machine; here a dozen share it. A young generation of 16 MB and a single helper thread took
  // 15 % less CPU under load than 8 MB and V8's four threads, which wait for each other where all cores are busy. ADR 8.
  // SERVICE_NODE_OPTIONS adds to it, e.g. `--cpu-prof --cpu-prof-dir=…` to profile all of them.
  NODE_OPTIONS: ['--max-semi-space-size=16 --max-old-space-size=256 --v8-pool-size=1', process.env['SERVICE_NODE_OPTIONS'] ?? '']
    .join(' ')
    .trim(),
  // An arena of malloc for each thread keeps memory that the others could use.
  MALLOC_ARENA_MAX: '2',
  SERVICE_NAME: name,
  HOST: '127.0.0.1',
  PORT: String(port),
  ...(infra.postgres && { DATABASE_URL: databaseUrl(infra.postgres.url, databaseName(name)) }),
  ...(infra.kafka && { KAFKA_BROKERS: infra.kafka.brokers }),
  ...(infra.redis && { REDIS_URL: infra.redis.url }),
  ...(infra.tempo && { OTEL_EXPORTER_OTLP_ENDPOINT: infra.tempo.otlpUrl, TEMPO_URL: infra.tempo.url }),
  ...peers(urls),
  ...(urls['channel'] !== undefined && { PROVIDER_WEBHOOK_URL: `${urls['channel'][0]}/webhooks/provider` }),
  PROVIDER_DATA_DIR: providerFolder(stack),
  PROVIDER_WEBHOOK_SECRET: secrets.webhookSecret,
  ADMIN_EMAIL: secrets.admin.email,
  ADMIN_PASSWORD: secrets.admin.password,
  ...extra,
})
