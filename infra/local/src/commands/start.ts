import { join } from 'node:path'
import { type Demo, tryFirstSteps } from '../first-steps.ts'
import { beginInfra, componentNames, ensureInfra } from '../infra/ensure.ts'
import { endRuns } from '../install/run.ts'
import { stackFolder } from '../paths.ts'
import { whenAskedToEnd } from '../process/asked-to-end.ts'
import { bornAt } from '../process/identity.ts'
import { launch, startNothingMore, tailOf } from '../process/launch.ts'
import { livingRecord, removeRecord, writeRecord } from '../process/records.ts'
import { rotate } from '../process/rotate.ts'
import { plain, progress, type Report } from '../report.ts'
import { discoverServices } from '../services/discover.ts'
import type { Hosting } from '../services/hosts.ts'
import { type Running, startServices } from '../services/start-services.ts'
import { whatIsDown } from '../services/what-is-down.ts'
import { readState, updateState } from '../state.ts'
import { stopStack } from '../stop.ts'
import { waitUntil } from '../wait.ts'
import { follow } from './follow.ts'
import { table } from './table.ts'
import { watchSources } from './watch.ts'

const stack = stackFolder('dev')

const superviseInBackground = async (report: Report, hosting: Hosting): Promise<void> => {
  const logFile = join(stack, 'logs', 'supervisor.log')
  await rotate(logFile, 5_000_000)
  await updateState('dev', (state) => ({ ...state, services: {}, phase: 'starting' }))
  const args = [join(import.meta.dirname, '..', 'main.ts'), 'supervise', ...(hosting === 'apart' ? ['--apart'] : [])]
  const { record } = await launch({
    stack,
    name: 'supervisor',
    kind: 'supervisor',
    command: process.execPath,
    args,
    cwd: join(stack, '..'),
    env: process.env,
    logFile,
    graceMs: 30_000,
  })
  const shown = new Set<string>()
  const look = async (): Promise<boolean> => {
    const { phase, services } = await readState('dev')
    for (const [name, { url }] of Object.entries(services)) {
      if (shown.has(name)) continue
      shown.add(name)
      report.note(name, `starting at ${url}`)
    }
    if (phase === 'ready') for (const [name, { url }] of Object.entries(services)) report.done(name, url)
    return phase === 'ready'
  }
  await waitUntil(look, {
    what: 'services',
    timeoutMs: 180_000,
    everyMs: 100,
    failure: async () =>
      (await livingRecord(stack, record.name)) ? undefined : `the supervisor ended, saying:\n${await tailOf(logFile, 40)}`,
  })
}

type Begun = { demo: Demo; running: Running | undefined }

const begin = async (report: Report, { detach, demo, hosting }: Omit<StartOptions, 'watch'>): Promise<Partial<Begun>> => {
  const infra = beginInfra('dev', report)
  await infra.required
  const running = detach ? await superviseInBackground(report, hosting) : await startServices({ profile: 'dev', report, hosting })
  const ordered = await tryFirstSteps(await readState('dev'), report, { demo, traced: infra.all })
  await infra.all
  return { ...(ordered === undefined ? {} : { demo: ordered }), running: running ?? undefined }
}

const alreadyUp = async (): Promise<boolean> => {
  const supervisor = await livingRecord(stack, 'supervisor')
  if (supervisor === undefined) return false
  // What died of the infrastructure comes back where it was, and the services find it there.
  await ensureInfra('dev', plain)
  const fault = await whatIsDown('dev', supervisor)
  if (fault !== undefined) {
    plain.warn(`What was running is ended and started anew, as it does not work (${fault}).`)
    await stopStack('dev')
    return false
  }
  // Whoever started it may have been killed before the catalogue was filled.
  await tryFirstSteps(await readState('dev'), plain, { demo: false, traced: Promise.resolve() })
  process.stdout.write(`${table(await readState('dev'), undefined)}It was running already; \`npm stop\` ends it.\n`)
  return true
}

const recordMyself = async (): Promise<void> => {
  const identity = { pid: process.pid, born: (await bornAt(process.pid)) ?? '' }
  await writeRecord(stack, { ...identity, name: 'supervisor', kind: 'supervisor', stopSignal: 'SIGTERM', graceMs: 40_000 })
}

const askedToEnd = (): Promise<void> => new Promise((resolve) => whenAskedToEnd(() => resolve()))

export type StartOptions = { detach: boolean; demo: boolean; watch: boolean; hosting: Hosting }

/** `npm start` and `npm run dev`: everything up, a demo order, and then either the logs or the prompt. Returns the exit code. */
export const start = async ({ detach, demo, watch, hosting }: StartOptions): Promise<number> => {
  if (await alreadyUp()) return 0
  const ending = askedToEnd()
  if (!detach) await recordMyself()
  const names = [...componentNames('dev'), ...(await discoverServices()).map(({ name }) => name), 'demo']
  const { report, end } = progress(names)
  const begun = begin(report, { detach, demo, hosting })
  begun.catch(() => undefined)
  try {
    const first = await Promise.race([begun, ending.then(() => 'ended' as const)])
    await end()
    if (first === 'ended') {
      await leave(undefined)
      return 130
    }
    process.stdout.write(table(await readState('dev'), first.demo))
    if (detach || first.running === undefined) return 0
    const { hosts, services } = first.running
    const unfollow = await follow(Object.fromEntries(hosts.map(({ host, logFile }) => [host, logFile])), Object.keys(services))
    const unwatch = watch ? watchSources(first.running, plain) : () => undefined
    await ending
    unwatch()
    unfollow()
    return await leave(first.running)
  } catch (error) {
    await end()
    plain.warn(`\n${error instanceof Error ? error.message : String(error)}`)
    await leave(undefined)
    return 1
  }
}

const leave = async (running: Running | undefined): Promise<number> => {
  plain.warn('\nstopping')
  startNothingMore()
  endRuns()
  await running?.stop()
  await removeRecord(stack, 'supervisor', process.pid)
  await stopStack('dev')
  return 0
}

/** The background half of `npm start -- --detach`: holds the services until it is told to end. */
export const superviseUntilEnd = async (hosting: Hosting): Promise<void> => {
  const ending = askedToEnd()
  // Whoever launched it may be killed before they could.
  await recordMyself()
  const running = await startServices({ profile: 'dev', report: plain, hosting })
  await ending
  await running.stop()
}
