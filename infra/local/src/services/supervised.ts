import { setTimeout as sleep } from 'node:timers/promises'
import { okay } from '../infra/http-ready.ts'
import { endProcess, signal } from '../process/end.ts'
import { isAlive } from '../process/identity.ts'
import { type Launched, launch, tailOf } from '../process/launch.ts'
import { removeRecord } from '../process/records.ts'
import { waitUntil } from '../wait.ts'
import type { Environment } from './environment.ts'
import type { HostSpec } from './hosts.ts'

/** A process that can be ended, killed, stopped for a while and started again, and all services in it with it. */
export type HostProcess = {
  /** Of the process; that of its service when it hosts one. */
  host: string
  logFile: string
  /** Of the process that runs now; undefined while there is none. */
  pid: () => number | undefined
  /** Starts it unless it runs, and waits until all its services are ready. `env` is kept for later starts. */
  start: (env?: Environment) => Promise<void>
  /** SIGTERM, and SIGKILL after 12 s; it stays down. */
  stop: () => Promise<void>
  /** Sends a signal (default SIGKILL). Unless `autoRestart` is off, a process that dies of it is started again. */
  kill: (name?: NodeJS.Signals) => void
  pause: () => void
  resume: () => void
  restart: (env?: Environment) => Promise<void>
  /** Whether all of them were since it was last started. */
  isReady: () => boolean
  /** Waits until it is ready, also through restarts after crashes. */
  ready: (timeoutMs?: number) => Promise<void>
}

/** A service by name, and the process that hosts it. */
export type Service = HostProcess & { name: string; url: string }

export type SuperviseOptions = {
  stack: string
  spec: HostSpec
  /** Where its services answer. */
  urls: Record<string, string>
  logFile: string
  env: Environment
  autoRestart: boolean
  startTimeoutMs?: number
  /** Told of every new process (pid) and of every unexpected end. */
  onStart: (pid: number) => void
  onCrash: (text: string) => void
}

const firstPauseMs = 250
const longestPauseMs = 10_000
// Whoever ran this long is not in a crash loop.
const healthyAfterMs = 30_000

export const supervise = ({
  stack,
  spec,
  urls,
  logFile,
  env: given,
  autoRestart,
  startTimeoutMs = 180_000,
  onStart,
  onCrash,
}: SuperviseOptions): HostProcess => {
  let env = given
  let wantedUp = false
  let current: Launched | undefined
  let readyNow = false
  let crashes = 0
  let beginning: Promise<void> | undefined
  // Whoever is killed on request is no crash loop, however often.
  let killed: number | undefined

  const waitForReady = async (launched: Launched): Promise<void> => {
    const missing = new Set(Object.keys(urls))
    const isReady = async () => {
      await Promise.all(
        [...missing].map(async (name) => {
          if (await okay(`${urls[name]}/readyz`).catch(() => false)) missing.delete(name)
        }),
      )
      if (missing.size > 0) throw new Error(`${[...missing].join(', ')}: /readyz does not say so`)
      return true
    }
    await waitUntil(isReady, {
      what: spec.name,
      timeoutMs: startTimeoutMs,
      failure: async () => ((await isAlive(launched.record)) ? undefined : `it ended, saying:\n${await tailOf(logFile)}`),
    })
    if (current === launched) readyNow = true
  }

  const watch = async (launched: Launched, startedAt: number): Promise<void> => {
    const { code, signal: by } = await launched.ended
    await removeRecord(stack, spec.name, launched.record.pid)
    if (current !== launched) return
    current = undefined
    readyNow = false
    if (!wantedUp) return
    crashes = killed === launched.record.pid || Date.now() - startedAt > healthyAfterMs ? 0 : crashes + 1
    onCrash(`${spec.name} ended (${by ?? `exit code ${code}`}), see ${logFile}`)
    if (!autoRestart) return
    await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(crashes, 10)), undefined, { ref: false })
    // Somebody may have stopped or started it meanwhile.
    if (wantedUp && current === undefined) await begin().catch((error: unknown) => onCrash(String(error)))
  }

  const begin = async (): Promise<void> => {
    const started = Date.now()
    const launched = await launch({
      stack,
      name: spec.name,
      kind: 'service',
      command: process.execPath,
      args: spec.args,
      cwd: spec.folder,
      env,
      logFile,
      graceMs: 12_000,
    })
    current = launched
    onStart(launched.record.pid)
    void watch(launched, started)
    await waitForReady(launched)
  }

  const stop = async (): Promise<void> => {
    wantedUp = false
    const launched = current
    current = undefined
    readyNow = false
    if (launched !== undefined) await endProcess(stack, launched.record)
  }

  const start = async (more: Environment = {}): Promise<void> => {
    env = { ...env, ...more }
    wantedUp = true
    // Its services may be started by name at the same time.
    beginning ??= (current === undefined ? begin() : Promise.resolve()).finally(() => (beginning = undefined))
    await beginning
  }

  const send = (name: NodeJS.Signals): void => {
    if (current === undefined) return
    if (name === 'SIGKILL') killed = current.record.pid
    signal(current.record.pid, name)
  }

  return {
    host: spec.name,
    logFile,
    pid: () => current?.record.pid,
    start,
    stop,
    kill: (name = 'SIGKILL') => send(name),
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    restart: async (more) => {
      await stop()
      await start(more)
    },
    isReady: () => readyNow,
    ready: (timeoutMs = 30_000) => waitUntil(() => Promise.resolve(readyNow), { what: spec.name, timeoutMs }),
  }
}
