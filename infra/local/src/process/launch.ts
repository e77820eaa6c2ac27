import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { dirname } from 'node:path'
import { bornAt } from './identity.ts'
import { type Kind, type ProcessRecord, writeRecord } from './records.ts'

/** Marks every process of a stack in its environment, so that one is found whose record was never written. */
export const stackMark = 'MURMURATION_STACK'

export type Launch = {
  stack: string
  name: string
  kind: Kind
  command: string
  args: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  logFile: string
  user?: { uid: number; gid: number } | undefined
  stopSignal?: NodeJS.Signals
  graceMs?: number
  /** Lets others go first on a busy machine: what only watches must not slow down what works. */
  yielding?: boolean
}

export type Launched = {
  record: ProcessRecord
  /** Fulfils when the process ended; says how. Only the process that launched it is told. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

let closed = false

/** From now on nothing is started any more: whoever is ending everything must not be overtaken. */
export const startNothingMore = (): void => {
  closed = true
}

// A session of its own is a scheduling group of its own on Linux, within which alone the usual nice value counts.
const yieldToOthers = async (pid: number): Promise<void> => {
  try {
    setPriority(pid, 10)
    await writeFile(`/proc/${pid}/autogroup`, '10')
  } catch {
    // Not Linux, or not allowed: then it is as important as the others.
  }
}

/**
 * Starts a process in a group of its own, which outlives this one; its output is appended to the log file.
 *
 * @throws Error when the command cannot be started
 */
export const launch = async (options: Launch): Promise<Launched> => {
  const { stack, name, kind, command, args, cwd, env, logFile, user, stopSignal = 'SIGTERM', graceMs = 10_000, yielding = false } = options
  if (closed) throw new Error(`${name} is not started: the stack is being stopped`)
  mkdirSync(dirname(logFile), { recursive: true })
  const log = await open(logFile, 'a')
  try {
    const child = spawn(command, args, {
      cwd,
      env: { ...env, [stackMark]: stack },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...user,
    })
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    await once(child, 'spawn')
    child.unref()
    const pid = child.pid ?? 0
    if (yielding) await yieldToOthers(pid)
    const record = { name, kind, pid, born: (await bornAt(pid)) ?? 'ended', stopSignal, graceMs }
    await writeRecord(stack, record)
    return { record, ended }
  } finally {
    await log.close()
  }
}

/** The last lines of a log, for messages. */
export const tailOf = async (logFile: string, lines = 15): Promise<string> => {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
