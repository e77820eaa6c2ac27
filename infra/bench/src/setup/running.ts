import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Hosting, type Infra, type Report, readState, repositoryRoot, type Stack, startStack, stopStack } from '@murmuration/local'

/** A stack to measure, and how to leave it. */
export interface Subject {
  readonly gatewayUrl: string
  readonly providerUrl: string | undefined
  readonly brokers: string
  readonly postgresUrl: string
  readonly admin: { readonly email: string; readonly password: string }
  /** Share of the sagas that are traced; null when that cannot be found out. */
  readonly sampling: number | null
  /** Whether the services share a process, or have one each. */
  readonly hosting: Hosting
  /** Process ids by name, as they are now. */
  pids(): Record<string, number>
  /** Ends the processes that a saga goes through, and starts them again; resolves when all are ready. Not with a stack that is not ours. */
  down(): Promise<void>
  up(): Promise<void>
  /** Ends the services, so that what is measured next has the machine to itself; does nothing to a stack that is not ours. */
  quieten(): Promise<void>
  leave(): Promise<void>
}

const folder = join(repositoryRoot, '.local', 'bench')

/** Held while an own stack runs: two at once would end each other's processes. */
export const ownStackLock = `${folder}.lock`

const infraPids = (infra: Infra): Record<string, number> =>
  Object.fromEntries(
    Object.entries(infra).flatMap(([name, part]): [string, number][] =>
      'pid' in part && part.pid !== undefined ? [[name, part.pid]] : [],
    ),
  )

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`the stack has no ${what}`)
  return value
}

/** Ends the own stack, however far it is, and removes its data. */
export async function endOwnStack(): Promise<void> {
  // The launcher's test profile (free ports, no Prometheus) in a folder beside that of the tests.
  process.env['MURMURATION_LOCAL'] = folder
  await stopStack('test')
  await rm(join(folder, 'test', 'data'), { recursive: true, force: true })
}

/** Those that a saga goes through. The provider is a stranger, and everybody asks one gateway. */
const several = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification']

const ofSaga = ({ services, hosts }: Stack) => {
  const meant = new Set(Object.values(services).flatMap(({ name, host }) => (several.includes(name.replace(/-\d+$/, '')) ? [host] : [])))
  return hosts.filter(({ host }) => meant.has(host))
}

const notOurs = () => new Error('this stack is not the benchmark’s: its services are not stopped for a measurement')

/** An own stack in an own folder with empty databases, where nobody’s data is in the way. */
export async function ownStack({
  sampling,
  report,
  keep,
  instances,
  hosting,
}: {
  sampling: number
  report: Report
  keep: boolean
  instances: number
  hosting: Hosting
}): Promise<Subject> {
  // What an earlier run left, if it was killed.
  await endOwnStack()
  const borrowed = process.env['KAFKA_BROKERS'] !== undefined || process.env['POSTGRES_URL'] !== undefined
  const stack = await startStack({
    profile: 'test',
    report,
    // Databases and topics that somebody lends us are not ours to empty.
    fresh: !borrowed,
    instances: Object.fromEntries(several.map((name) => [name, instances])),
    hosting,
    env: {
      SAGA_SAMPLE_RATIO: String(sampling),
      LOG_LEVEL: 'warn',
      PROVIDER_LATENCY_MS: '0',
      PROVIDER_SUCCESS_RATE: '1',
      PROVIDER_WEBHOOKS: 'false',
    },
  }).catch(async (error: unknown) => {
    await endOwnStack()
    throw error
  })
  return {
    gatewayUrl: stack.service('gateway').url,
    providerUrl: stack.services['provider']?.url,
    brokers: need(stack.infra.kafka, 'Kafka').brokers,
    postgresUrl: need(stack.infra.postgres, 'PostgreSQL').url,
    admin: stack.admin,
    sampling,
    hosting,
    pids: () => ({
      ...Object.fromEntries(stack.hosts.flatMap(({ host, pid }) => (pid() === undefined ? [] : [[host, pid() ?? 0]]))),
      ...infraPids(stack.infra),
      bench: process.pid,
    }),
    down: async () => {
      await Promise.all(ofSaga(stack).map((host) => host.stop()))
    },
    up: async () => {
      await Promise.all(ofSaga(stack).map((host) => host.start()))
    },
    quieten: () => (keep ? Promise.resolve() : stack.stop()),
    async leave() {
      if (keep) return
      await stack.stop()
      await endOwnStack()
    },
  }
}

const samplingOf = async (pid: number | undefined): Promise<number | null> => {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => undefined)
  if (environment === undefined) return null
  return Number(/(?:^|\0)SAGA_SAMPLE_RATIO=([\d.]+)/.exec(environment)?.[1] ?? 1)
}

/** The stack of `npm start`. Its databases get the bench's users, orders and pieces of stock. */
export async function runningStack(): Promise<Subject> {
  const { infra, services, admin } = await readState('dev')
  const gatewayUrl = services['gateway']?.url
  if (gatewayUrl === undefined)
    throw new Error('no stack is running here: start one with `npm start -- --detach`, or leave --use-running out')
  return {
    gatewayUrl,
    providerUrl: services['provider']?.url,
    brokers: need(infra.kafka, 'Kafka').brokers,
    postgresUrl: need(infra.postgres, 'PostgreSQL').url,
    admin: need(admin, 'administrator in stack.json'),
    sampling: await samplingOf(services['order']?.pid),
    hosting: services['order']?.host === 'order' ? 'apart' : 'together',
    pids: () => ({
      ...Object.fromEntries(Object.values(services).map(({ host, pid }) => [host, pid])),
      ...infraPids(infra),
      bench: process.pid,
    }),
    down: () => Promise.reject(notOurs()),
    up: () => Promise.reject(notOurs()),
    quieten: () => Promise.resolve(),
    leave: () => Promise.resolve(),
  }
}
