import { join } from 'node:path'
import { withLock } from '../lock.ts'
import { MissingPrerequisite } from '../missing.ts'
import { cacheFolder, type Profile, stackFolder } from '../paths.ts'
import { endProcess } from '../process/end.ts'
import { tailOf } from '../process/launch.ts'
import { livingRecord } from '../process/records.ts'
import { rotate } from '../process/rotate.ts'
import { type Report, silent } from '../report.ts'
import { type How, type Infra, readState, updateState } from '../state.ts'
import { waitUntil } from '../wait.ts'
import { type Address, type Component, type ComponentName, givenAddress } from './component.ts'
import { composeAnswers, composeUp } from './compose.ts'
import { kafka } from './kafka.ts'
import { choosePorts } from './ports.ts'
import { postgres } from './postgres.ts'
import { prometheus } from './prometheus.ts'
import { redis } from './redis.ts'
import { tempo } from './tempo.ts'

export const components: Component[] = [kafka, postgres, redis, tempo, prometheus]

/** Prometheus watches `npm start`; no test asks it. */
const wanted: Record<Profile, ComponentName[]> = {
  dev: ['kafka', 'postgres', 'redis', 'tempo', 'prometheus'],
  test: ['kafka', 'postgres', 'redis', 'tempo'],
}

/** What {@link ensureInfra} starts for the profile. */
export const componentNames = (profile: Profile): ComponentName[] => wanted[profile]

type Context = { profile: Profile; stack: string; cache: string; report: Report; docker: Promise<boolean> }

type Entry = { address: Address; how: How; pid?: number }

const remember = (profile: Profile, name: ComponentName, entry: Entry | undefined): Promise<void> =>
  updateState(profile, (state) => {
    const { [name]: _, ...others } = state.infra
    if (entry === undefined) return { ...state, infra: others }
    const { address, ...rest } = entry
    return { ...state, infra: { ...others, [name]: { ...address, ...rest } } }
  })

/** The component of an earlier run, when it still answers; otherwise whatever is left of it is ended. */
const running = async (component: Component, { profile, stack }: Context): Promise<boolean> => {
  const entry = (await readState(profile)).infra[component.name]
  const record = await livingRecord(stack, component.name)
  if (entry !== undefined && (entry.how === 'compose' || record !== undefined)) {
    const { how: _how, pid: _pid, ...address } = entry
    const good = await component.ready(address).catch(() => false)
    if (good) return true
  }
  if (record !== undefined) await endProcess(stack, record)
  return false
}

const isOwn = async ({ name }: Component, given: Address, { profile }: Context): Promise<boolean> => {
  const entry = (await readState(profile)).infra[name]
  if (entry === undefined || entry.how === 'environment') return false
  const { how: _how, pid: _pid, ...address } = entry
  return Object.entries(address).every(([key, value]) => given[key] === value)
}

const startNative = async (component: Component, context: Context): Promise<void> => {
  const { profile, stack, cache, report } = context
  const { name } = component
  const note = (text: string) => report.note(name, text)
  const ports = await choosePorts(profile, component.usualPorts)
  const address = component.address(ports, 'native')
  // Known before it is there: services may start while Tempo is still being built.
  await remember(profile, name, { address, how: 'native' })
  await component.install(cache, note)
  const logFile = join(stack, 'logs', `${name}.log`)
  await rotate(logFile, 5_000_000)
  const { record } = await component.start({ stack, folder: join(stack, 'data', name), cache, logFile, ports, note })
  await waitUntil(() => component.ready(address), {
    what: name,
    timeoutMs: component.readyWithinMs,
    failure: async () => ((await livingRecord(stack, name)) ? undefined : `it ended, saying:\n${await tailOf(logFile)}`),
  })
  await remember(profile, name, { address, how: 'native', pid: record.pid })
}

const startInCompose = async (component: Component, { profile, report }: Context): Promise<void> => {
  report.note(component.name, 'Docker Compose')
  const ports = await choosePorts(profile, component.usualPorts)
  const address = component.address(ports, 'compose')
  await composeUp(profile, [component.name], component.composeEnv(ports))
  await waitUntil(() => component.ready(address), { what: component.name, timeoutMs: component.readyWithinMs })
  await remember(profile, component.name, { address, how: 'compose' })
}

const ensure = async (component: Component, context: Context): Promise<void> => {
  const { profile, report } = context
  const given = givenAddress(component, process.env)
  // Tests get the addresses of their own stack in the environment, which does not make it somebody else's.
  if (given !== undefined && (await isOwn(component, given, context)) && (await running(component, context))) {
    return report.done(component.name, 'was running')
  }
  if (given !== undefined) {
    await waitUntil(() => component.ready(given), { what: `${component.name} at ${Object.values(given).join(' ')}`, timeoutMs: 10_000 })
    await remember(profile, component.name, { address: given, how: 'environment' })
    return report.done(component.name, 'from the environment')
  }
  if (await running(component, context)) return report.done(component.name, 'was running')
  await ((await context.docker) ? startInCompose(component, context) : startNative(component, context))
  report.done(component.name, 'ready')
}

const ensureOptional = (component: Component, context: Context): Promise<void> =>
  ensure(component, context).catch(async (error: unknown) => {
    await remember(context.profile, component.name, undefined)
    context.report.done(component.name, 'left out')
    context.report.warn(`Going on without ${component.name}: ${error instanceof Error ? error.message : String(error)}`)
  })

/** All failures together: whoever has to install three things wants to hear of all three. */
const allOf = async (work: Promise<void>[]): Promise<void> => {
  const failures = (await Promise.allSettled(work)).filter((result) => result.status === 'rejected').map((result): unknown => result.reason)
  if (failures.length === 0) return
  const text = failures.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join('\n')
  throw failures.every((reason) => reason instanceof MissingPrerequisite)
    ? new MissingPrerequisite(text, 'the commands above, or start a Docker engine')
    : new Error(text)
}

/** `required` is there when services can start; `all` when the optional ones are there too or were given up. */
export type InfraStart = { required: Promise<void>; all: Promise<void> }

/** As {@link ensureInfra}, without waiting for all of it. */
export const beginInfra = (profile: Profile, report: Report = silent): InfraStart => {
  const stack = stackFolder(profile)
  const context: Context = { profile, stack, cache: cacheFolder(), report, docker: Promise.resolve(false) }
  const chosen = components.filter(({ name }) => wanted[profile].includes(name))
  const required = Promise.withResolvers<void>()
  const all = withLock(join(stack, 'infra.lock'), async () => {
    context.docker = composeAnswers()
    const needed = allOf(chosen.filter((one) => one.required).map((one) => ensure(one, context)))
    needed.then(required.resolve, required.reject)
    await Promise.all([needed, ...chosen.filter((one) => !one.required).map((one) => ensureOptional(one, context))])
  })
  all.catch(required.reject)
  // Whoever awaits only one of the two must not be ended by the other.
  for (const promise of [required.promise, all]) promise.catch(() => undefined)
  return { required: required.promise, all }
}

/**
 * Makes sure that the profile's infrastructure runs, installing and starting what is missing; what runs already is kept.
 * It goes on running when this process ends; `stopStack` ends it.
 *
 * @throws MissingPrerequisite naming the commands that mend it
 */
export const ensureInfra = async (profile: Profile, report: Report = silent): Promise<Infra> => {
  await beginInfra(profile, report).all
  return (await readState(profile)).infra
}
