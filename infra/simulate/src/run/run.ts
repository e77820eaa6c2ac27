import { shrink, simulate } from '@murmuration/simulation'
import type { Mutant } from '../mutants/mutant.ts'
import type { Outcome } from './outcome.ts'
import { scenarioOf } from './scenario.ts'

interface Options {
  readonly mutant?: Mutant | undefined
  /** Whether the story is told, which costs time. */
  readonly told?: boolean
}

/** Runs one seed. */
export async function runSeed(seed: number, { mutant, told = false }: Options = {}): Promise<Outcome> {
  const { events, violations, story } = await simulate((own) => scenarioOf(own, mutant), { seed, story: told })
  return { seed, handled: events, violations: violations.map(({ what }) => what), story }
}

/** The same violation with as few deeds and faults as it takes. */
export async function shrinkSeed(seed: number, { mutant }: Pick<Options, 'mutant'> = {}): Promise<Outcome> {
  const make = (own: number) => scenarioOf(own, mutant)
  const { run } = await shrink(make, await simulate(make, { seed }))
  return { seed, handled: run.events, violations: run.violations.map(({ what }) => what), story: run.story }
}
