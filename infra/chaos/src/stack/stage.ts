import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseUrl } from '@murmuration/database'
import { ensureInfra, type Report, repositoryRoot, type Service, stackFolder, startStack, stopStack } from '@murmuration/local'
import { type Servers, servers } from './infra.ts'
import { writeNextContracts } from './next-contracts.ts'
import { chooseWays, type Way } from './ports.ts'
import { doubled, serviceOf } from './processes.ts'
import { type Proxies, startProxies } from './proxies.ts'

/** The running stack, and all by which it can be troubled. Addresses are direct ones, past the proxies. */
export interface Stage {
  readonly gateway: string
  readonly provider: string
  readonly brokers: string
  /** Of the server, without database. */
  readonly postgres: string
  readonly redis: string
  readonly tempo: string
  /** Share of the sagas that are traced. */
  readonly sampling: number
  readonly admin: { readonly email: string; readonly password: string }
  /** A process of ours by name; `order-2` is the second instance of `order`. */
  service(process: string): Service
  readonly servers: Servers
  /** `kafka.<process>` and `postgres.<process>`. */
  readonly proxies: Proxies
  /** Where a crash point is armed; see packages/choreography/src/crash-points.ts. */
  crashFile(process: string): string
  /** Contracts with a next version of one event, for `NEXT_CONTRACTS`. */
  readonly nextContracts: string
  /** Places and ids of what strangers wrote: it may be parked. */
  readonly planted: Set<string>
  leave(): Promise<void>
}

const folder = join(repositoryRoot, '.local', 'chaos')

/** Held while the stack runs: two at once would end each other's processes. */
export const stageLock = `${folder}.lock`

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`the chaos stack needs its own ${what}`)
  return value
}

/** Ends whatever runs of the stack, and removes its data; the logs of the last run stay. */
export async function endStage(): Promise<void> {
  process.env['MURMURATION_LOCAL'] = folder
  await stopStack('test')
  await rm(join(stackFolder('test'), 'data'), { recursive: true, force: true })
}

const proxiesOf = (ways: readonly Way[], postgresPort: number) =>
  ways.flatMap(({ process, listener, kafka, postgres }) => [
    { name: `kafka.${process}`, listen: `127.0.0.1:${kafka}`, upstream: `127.0.0.1:${listener}` },
    ...(postgres === undefined
      ? []
      : [{ name: `postgres.${process}`, listen: `127.0.0.1:${postgres}`, upstream: `127.0.0.1:${postgresPort}` }]),
  ])

const through = (url: string, port: number): string => {
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(port)
  return proxied.href
}

/** An own stack with empty databases, where every process has its own, breakable ways to the broker and to the database. */
export async function openStage({ sampling, report }: { sampling: number; report: Report }): Promise<Stage> {
  for (const name of ['KAFKA_BROKERS', 'POSTGRES_URL', 'REDIS_URL', 'TEMPO_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'])
    Reflect.deleteProperty(process.env, name)
  await endStage()
  await rm(join(stackFolder('test'), 'logs'), { recursive: true, force: true })
  const crashes = join(stackFolder('test'), 'crash')
  await rm(crashes, { recursive: true, force: true })
  await mkdir(crashes, { recursive: true })

  const nextContracts = join(stackFolder('test'), 'next-contracts')
  await writeNextContracts(nextContracts)
  const { ways, api } = await chooseWays()
  process.env['KAFKA_PROXIED'] = ways.map(({ listener, kafka }) => `${listener}:${kafka}`).join(',')
  process.env['SERVICE_NODE_OPTIONS'] = ['clock.mjs', 'next-contracts.mjs']
    .map((preload) => `--import ${join(import.meta.dirname, preload)}`)
    .join(' ')
  try {
    const infra = await ensureInfra('test', report)
    const postgres = need(infra.postgres, 'PostgreSQL').url
    const proxies = await startProxies(proxiesOf(ways, Number(new URL(postgres).port)), api, report)
    const crashFile = (name: string): string => join(crashes, name)
    const envOf = ways.map(({ process: name, kafka, postgres: port }): [string, Record<string, string>] => {
      const database = port === undefined ? {} : { DATABASE_URL: databaseUrl(through(postgres, port), `murmuration_${serviceOf(name)}`) }
      return [name, { KAFKA_BROKERS: `127.0.0.1:${kafka}`, CRASH_FILE: crashFile(name), ...database }]
    })
    const stack = await startStack({
      profile: 'test',
      fresh: true,
      report,
      env: {
        SAGA_SAMPLE_RATIO: String(sampling),
        PROVIDER_LATENCY_MS: '20',
        PROVIDER_SUCCESS_RATE: '0.97',
        PROVIDER_REFUND_SUCCESS_RATE: '0.8',
        REFUND_RETRIES_MS: '500,3000',
        PROVIDER_WEBHOOKS: 'true',
        PROVIDER_WEBHOOK_DUPLICATES: '1',
      },
      envOf: Object.fromEntries(envOf),
      instances: Object.fromEntries(doubled.map((name) => [name, 2])),
      hosting: 'apart',
    })
    return {
      planted: new Set(),
      gateway: stack.service('gateway').url,
      provider: stack.service('provider').url,
      brokers: need(infra.kafka, 'Kafka').brokers,
      postgres,
      redis: need(infra.redis, 'Redis').url,
      tempo: need(infra.tempo, 'Tempo').url,
      sampling,
      admin: stack.admin,
      service: stack.service,
      servers: servers(),
      proxies,
      crashFile,
      nextContracts,
      async leave() {
        await stack.stop()
        await endStage()
      },
    }
  } catch (error) {
    await endStage()
    throw error
  }
}
