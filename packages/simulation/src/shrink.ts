import type { FaultId } from './fate.ts'
import type { Plan, Run, Scenario } from './scenario.ts'
import { simulate } from './simulate.ts'

export interface Shrunk {
  /** What is left: as few faults and deeds as could be found, with the violation still there, and the story told. */
  readonly run: Run
  readonly plan: Plan
  /** How many runs it took. */
  readonly runs: number
}

/**
 * Takes faults, deeds and delays away from a run that broke a promise, while it still breaks it (whatever ids and numbers are named).
 * @param options.runs how many runs it may take; default 400
 */
export async function shrink(
  make: (seed: number) => Scenario,
  found: Run,
  { runs: budget = 400 }: { runs?: number } = {},
): Promise<Shrunk> {
  const { seed } = found
  const wanted = kindsOf(found)
  if (wanted.size === 0) throw new Error(`seed ${seed} broke no promise: there is nothing to shrink`)
  let runs = 0
  const breaks = async (plan: Plan): Promise<boolean> => {
    if (runs >= budget) return false
    runs++
    return !kindsOf(await simulate(make, { seed, plan })).isDisjointFrom(wanted)
  }
  let plan: Plan = {}
  const adopt = async (next: Plan): Promise<boolean> => {
    if (!(await breaks(next))) return false
    plan = next
    return true
  }
  const all = [...make(seed).workload.entries()]
  const mending = all.flatMap(([index, { mends }]) => (mends === true ? [index] : []))
  let left: { readonly faults: readonly FaultId[]; readonly deeds: readonly number[] } = {
    faults: found.faults,
    deeds: all.flatMap(([index, { mends }]) => (mends === true ? [] : [index])),
  }
  for (let before = Number.POSITIVE_INFINITY; left.faults.length + left.deeds.length < before; ) {
    before = left.faults.length + left.deeds.length
    if (plan.delays === undefined) await adopt({ ...plan, delays: false })
    const faults = await fewest(left.faults, (some) => adopt({ ...plan, faults: new Set(some) }))
    const deeds = await fewest(left.deeds, (some) => adopt({ ...plan, deeds: new Set([...some, ...mending]) }))
    left = { faults, deeds }
  }
  return { run: await simulate(make, { seed, plan, story: true }), plan, runs }
}

/** Leaves out halves, quarters, and at last single ones, as long as what is left will do. */
async function fewest<Item>(items: readonly Item[], suffices: (some: readonly Item[]) => Promise<boolean>): Promise<readonly Item[]> {
  let left = items
  for (let size = left.length; size >= 1; size = size >> 1)
    for (let from = 0; from < left.length; ) {
      const some = left.toSpliced(from, size)
      if (await suffices(some)) left = some
      else from += size
    }
  return left
}

/** The broken promises without what differs from run to run. */
const kindsOf = ({ violations }: Run): Set<string> => new Set(violations.map(({ what }) => what.replaceAll(/[0-9a-f-]{16,}|\d+/g, '#')))
