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

/**
 * V8 sizes its heap and its threads for one process on the machine; here several share it. A young generation of 16 MB for each service and a single helper
 * thread took 15 % less CPU under load than 8 MB and V8's four threads, which wait for each other where all cores are busy. ADR 8.
 * SERVICE_NODE_OPTIONS adds to it, e.g. `--cpu-prof --cpu-prof-dir=…` to profile all of them.
 */
const nodeOptions = (services: number): string => {
  const space = `--max-semi-space-size=${Math.min(64, 16 * services)} --max-old-space-size=${Math.min(1024, 256 * services)}`
  return [space, '--v8-pool-size=1', process.env['SERVICE_NODE_OPTIONS'] ?? ''].join(' ').trim()
}

/** Everything that a service reads, as docs and docker-compose.yml have it. `extra` wins. */
export const serviceEnvironment = ({ stack, name, port, infra, urls, secrets, extra }: EnvironmentInput): Environment => ({
  // Demos are to be repeatable: the simulated provider declines nobody unless asked to.
  PROVIDER_SUCCESS_RATE: '1',
  ...inherited(),
  NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache'),
  NODE_OPTIONS: nodeOptions(1),
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

/** Of a process that hosts these: what they have in common as it is, and what is one service's alone under its name, as `ORDER__PORT` (packages/host). */
export const hostEnvironment = (host: string, environments: Record<string, Environment>): Environment => {
  const all = Object.entries(environments)
  const [[, first] = ['', {}], ...others] = all
  if (others.length === 0) return first
  const isCommon = ([key, value]: [string, string]): boolean => others.every(([, env]) => env[key] === value)
  const common = Object.fromEntries(Object.entries(first).filter(isCommon))
  const own = all.flatMap(([name, env]) =>
    Object.entries(env)
      .filter(([key]) => !(key in common))
      .map(([key, value]): [string, string] => [`${name.toUpperCase()}__${key}`, value]),
  )
  return { ...common, ...Object.fromEntries(own), NODE_OPTIONS: nodeOptions(all.length), SERVICE_NAME: host }
}
