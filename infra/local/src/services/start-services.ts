import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { choosePorts } from '../infra/ports.ts'
import { writeTargets } from '../infra/prometheus.ts'
import { type Profile, repositoryRoot, stackFolder } from '../paths.ts'
import { endAll } from '../process/end.ts'
import { rotate } from '../process/rotate.ts'
import type { Report } from '../report.ts'
import { type Infra, readState, updateState } from '../state.ts'
import { prepareDatabases } from './databases.ts'
import { discoverServices, type ServiceSpec } from './discover.ts'
import { type Environment, hostEnvironment, providerFolder, serviceEnvironment } from './environment.ts'
import { type Hosting, type HostSpec, hostsOf } from './hosts.ts'
import { stackSecrets } from './secrets.ts'
import { type HostProcess, type Service, supervise } from './supervised.ts'
import { deleteTopics, ensureTopics } from './topics.ts'
import { topicsOfSchemas } from './topics-of-schemas.ts'

export type StartServices = {
  profile: Profile
  report: Report
  /** Only these, of `services/` and the provider; all when absent. */
  only?: string[] | undefined
  /** For all services, and for single ones by name. */
  env?: Environment
  envOf?: Record<string, Environment>
  /** Begin with empty databases and topics. */
  fresh?: boolean
  /** How many instances of a service; one of those that are not named. The second of `order` is called `order-2`. */
  instances?: Record<string, number>
  /** Default: together. */
  hosting?: Hosting
  autoRestart?: boolean
  /** Where the services lie; tests have others. */
  servicesFolder?: string
}

const maxLogBytes = 20_000_000

const prepare = async (infra: Infra, specs: ServiceSpec[], fresh: boolean): Promise<void> => {
  const topics = async (brokers: string): Promise<void> => {
    const names = await topicsOfSchemas()
    const groups = specs.map(({ name }) => name)
    if (fresh) await deleteTopics(brokers, names, groups)
    await ensureTopics(brokers, names)
  }
  await Promise.all([infra.kafka && topics(infra.kafka.brokers), infra.postgres && prepareDatabases(infra.postgres.url, specs, { fresh })])
}

const withInstances = (spec: ServiceSpec, count: number): ServiceSpec[] => [
  spec,
  ...Array.from({ length: count - 1 }, (_, index) => ({ ...spec, name: `${spec.name}-${index + 2}`, instanceOf: spec.name })),
]

/** All that the supervisor holds: the services by name, the processes that they are in, and how to end them. */
export type Running = {
  services: Record<string, Service>
  hosts: HostProcess[]
  /** Ends all and starts them again, together or apart, at the same addresses; `services` and `hosts` are others then. */
  rehost: (hosting: Hosting) => Promise<void>
  stop: () => Promise<void>
}

/**
 * Starts the services on infrastructure that runs already (`stack.json` says where) and watches over them while this process lives.
 *
 * @throws Error with the end of the log of the process that does not start; the others are ended then
 */
export const startServices = async (options: StartServices): Promise<Running> => {
  const { profile, report, only, env = {}, envOf = {}, fresh = false, instances = {}, autoRestart = true } = options
  const { hosting = 'together', servicesFolder = join(repositoryRoot, 'services') } = options
  const stack = stackFolder(profile)
  const [all, secrets] = await Promise.all([discoverServices(servicesFolder), stackSecrets(profile)])
  const chosen = only === undefined ? all : all.filter(({ name }) => only.includes(name))
  const specs = chosen.flatMap((spec) => withInstances(spec, instances[spec.name] ?? 1))
  const { infra } = await readState(profile)
  await endAll(stack, { spare: ['supervisor', 'infra'] })
  const ports = await choosePorts(profile, Object.fromEntries(specs.map(({ name, usualPort }) => [`service.${name}`, usualPort])))
  const urls = Object.fromEntries(specs.map(({ name }) => [name, `http://127.0.0.1:${ports[`service.${name}`]}`]))
  const peers = Object.fromEntries(
    chosen.map(({ name }) => [name, specs.filter((spec) => (spec.instanceOf ?? spec.name) === name).map((spec) => urls[spec.name] ?? '')]),
  )
  if (fresh) await rm(providerFolder(stack), { recursive: true, force: true })
  await prepare(infra, specs, fresh)

  const remember = (host: string, names: string[], pid: number): void => {
    const now = Object.fromEntries(names.map((name) => [name, { url: urls[name] ?? '', pid, host }]))
    void updateState(profile, (state) => ({ ...state, services: { ...state.services, ...now } })).catch(() => undefined)
  }
  const { admin, demo } = secrets
  await updateState(profile, (state) => ({ ...state, services: {}, phase: 'starting', admin, demo }))

  const environmentOf = ({ name, instanceOf = name }: ServiceSpec): Environment => {
    const extra = { ...env, ...envOf[name] }
    return serviceEnvironment({ stack, name: instanceOf, port: ports[`service.${name}`] ?? 0, infra, urls: peers, secrets, extra })
  }
  const processOf = (spec: HostSpec) => {
    const names = spec.services.map(({ name }) => name)
    const host = supervise({
      stack,
      spec,
      urls: Object.fromEntries(names.map((name) => [name, urls[name] ?? ''])),
      logFile: join(stack, 'logs', `${spec.name}.log`),
      env: hostEnvironment(spec.name, Object.fromEntries(spec.services.map((each) => [each.name, environmentOf(each)]))),
      autoRestart,
      onStart: (pid) => remember(spec.name, names, pid),
      onCrash: (text) => report.warn(text),
    })
    return { names, host }
  }
  const services: Record<string, Service> = {}
  const hosts: HostProcess[] = []

  const begin = async (how: Hosting): Promise<void> => {
    const processes = hostsOf(specs, how, servicesFolder).map(processOf)
    hosts.splice(0, hosts.length, ...processes.map(({ host }) => host))
    for (const { names, host } of processes) for (const name of names) services[name] = { ...host, name, url: urls[name] ?? '' }
    await Promise.all(
      processes.map(async ({ names, host }) => {
        for (const name of names) report.note(name, 'starting')
        await rotate(host.logFile, maxLogBytes / 4)
        await host.start()
        for (const name of names) report.done(name, urls[name] ?? '')
      }),
    )
  }
  const end = async (): Promise<void> => {
    // What comes from outside is closed first: the gateway answers what it has begun, while the others are still there.
    await services['gateway']?.stop()
    await Promise.all(hosts.map((host) => host.stop()))
  }
  const rotation = setInterval(() => {
    for (const { logFile } of hosts) void rotate(logFile, maxLogBytes).catch(() => undefined)
  }, 5000)
  rotation.unref()

  const stop = async (): Promise<void> => {
    clearInterval(rotation)
    await end()
    await updateState(profile, ({ phase: _phase, ...state }) => ({ ...state, services: {} }))
  }

  try {
    await begin(hosting)
    if (infra.prometheus?.how === 'native') await writeTargets(join(stack, 'data', 'prometheus'), urls)
    await updateState(profile, (state) => ({ ...state, phase: 'ready' }))
  } catch (error) {
    await stop()
    throw error
  }
  const rehost = async (how: Hosting): Promise<void> => {
    await end()
    await begin(how)
  }
  return { services, hosts, rehost, stop }
}
