import { mutants } from '../mutants/index.ts'
import type { Options } from './options.ts'
import { type Job, work } from './pool.ts'
import type { Progress } from './progress.ts'

/** What became of a planted fault. */
export interface Hunted {
  readonly mutant: string
  readonly breaks: string
  /** The first seed that found it, and by what; absent when none did. */
  readonly found?: { readonly seed: number; readonly anomaly: string; readonly text: string }
}

/** Plants one fault after the other and runs seeds until one finds it. */
export async function hunt(
  options: Pick<Options, 'from' | 'seeds' | 'jobs'>,
  only: string | undefined,
  progress: Progress,
): Promise<readonly Hunted[]> {
  const { from, seeds, jobs } = options
  const chosen = mutants.filter(({ name }) => only === undefined || name === only)
  const hunts = chosen.map(({ name }): Job => ({ mutant: name, from, to: from + seeds - 1, step: 1, enough: 1 }))
  const found = new Map<string, NonNullable<Hunted['found']>>()
  await work(hunts, jobs, ({ mutant = '' }, { seed, violations: [first] }) => {
    if (first !== undefined) found.set(mutant, { seed, anomaly: first.name, text: first.text })
    progress.show(`${found.size} of ${chosen.length} mutants found; ${mutant}: seed ${seed}`)
  })
  progress.end()
  return chosen.map(({ name, breaks }) => {
    const by = found.get(name)
    return { mutant: name, breaks, ...(by === undefined ? {} : { found: by }) }
  })
}
