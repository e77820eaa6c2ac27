import type { Options } from './options.ts'
import { type Job, work } from './pool.ts'
import type { Progress } from './progress.ts'

export interface Suite {
  readonly seeds: number
  readonly events: number
  readonly eventsPerSecond: number
  readonly violations: number
  /** In the order of seeds: the first lines of what was wrong. */
  readonly failed: readonly { readonly seed: number; readonly violations: readonly string[] }[]
}

/** Runs seeds one after the other, shared by several processes. */
export async function runSuite({ from, seeds, jobs }: Pick<Options, 'from' | 'seeds' | 'jobs'>, progress: Progress): Promise<Suite> {
  const shares = Array.from({ length: Math.min(jobs, seeds) }, (_, share): Job => {
    return { mutant: undefined, from: from + share, to: from + seeds - 1, step: Math.min(jobs, seeds), enough: Number.POSITIVE_INFINITY }
  })
  let [done, events, cpuMs, violations] = [0, 0, 0, 0]
  const failed: { seed: number; violations: string[] }[] = []
  await work(shares, jobs, (_, told) => {
    done++
    events += told.handled
    cpuMs += told.cpuMs
    violations += told.violations.length
    if (told.violations.length > 0) failed.push({ seed: told.seed, violations: told.violations.slice(0, 5).map(({ text }) => text) })
    progress.show(`${done} of ${seeds} seeds, ${events} events, ${failed.length} seeds failed`)
  })
  progress.end()
  failed.sort((a, b) => a.seed - b.seed)
  return { seeds: done, events, eventsPerSecond: Math.round(events / (cpuMs / 1_000)), violations, failed }
}
