import { simulate } from '@murmuration/simulation'
import type { Mutant } from '../mutants/mutant.ts'
import type { Outcome } from './outcome.ts'
import { scenarioOf } from './scenario.ts'

/** Runs one seed. @param options.told whether the story is told, which costs time */
export async function runSeed(seed: number, { mutant, told = false }: { mutant?: Mutant | undefined; told?: boolean } = {}): Promise<Outcome> {
  const { events, violations, story } = await simulate(() => scenarioOf(seed, mutant), { seed, story: told })
  return { seed, handled: events, violations: violations.map(({ what }) => what), story }
}
