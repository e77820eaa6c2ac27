import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a worker is asked for: seeds in their order, until it has `enough` that fail. */
export interface Job {
  readonly mutant: string | undefined
  readonly from: number
  readonly to: number
  readonly step: number
  readonly enough: number
}

/** What one of them tells after each seed, or when it has done a job. */
export type Told =
  | {
      readonly seed: number
      readonly handled: number
      readonly cpuMs: number
      readonly violations: readonly { name: string; text: string }[]
    }
  | 'done'

/** What a run makes lives until its end, and then all of it dies: a large nursery (in MB) copies less of it. */
const NURSERY = '--max-semi-space-size=64'
/** Node's own code, most of what runs here, on large pages: fewer of its addresses are looked up. Where the machine has none, nothing changes. */
const LARGE_PAGES = '--use-largepages=silent'
const worker = fileURLToPath(new URL('worker.ts', import.meta.url))

/**
 * Lets processes do jobs, each one after the other, and passes on what they tell.
 * @throws when a process dies of something that the simulation did not foresee
 */
export async function work(jobs: readonly Job[], processes: number, tell: (job: Job, told: Exclude<Told, 'done'>) => void): Promise<void> {
  const waiting = jobs.values()
  const children: ChildProcess[] = []
  const one = async () => {
    const child = fork(worker, {
      serialization: 'advanced',
      execArgv: [...process.execArgv, NURSERY, LARGE_PAGES],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, LOG_LEVEL: 'silent' },
    })
    children.push(child)
    for (const job of waiting) await run(child, job, (told) => tell(job, told))
    child.disconnect()
  }
  try {
    await Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, one))
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill()
  }
}

function run(child: ChildProcess, job: Job, tell: (told: Exclude<Told, 'done'>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`a worker ended with code ${code} while it ran seeds from ${job.from}`))
    const heard = (told: Told) => {
      if (told !== 'done') return tell(told)
      child.off('exit', died).off('message', heard)
      resolve()
    }
    child.on('exit', died).on('message', heard)
    child.send(job)
  })
}
