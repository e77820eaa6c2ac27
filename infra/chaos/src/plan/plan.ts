import { crashPoint } from '../faults/crash-point.ts'
import type { Fault } from '../faults/fault.ts'
import { serviceKilled } from '../faults/service-killed.ts'
import { randomOf } from './random.ts'

/** One fault of a plan; times in ms since the load began. */
export interface Step {
  readonly atMs: number
  readonly fault: string
  readonly target: string
  readonly forMs: number
  /** Begins at its time although others last; of some kinds all do. */
  readonly beside?: true
}

export interface PlanOptions {
  readonly seed: number
  readonly seconds: number
  /** Those to choose from; the first ones come first. */
  readonly faults: readonly Fault[]
  /** Whether faults take their whole time; default: when there is time for all of them. */
  readonly long?: boolean
}

/** From here on there is time for every fault in full. */
export const longFromSeconds = 240
const killEveryMs = { long: 2000, short: 4000 }
const firstMs = 2000
/** What a fault may take longer than it should, and a restarted process needs. */
const afterglowMs = 5000
const crashPointShare = 0.35
const always = 5
/** A victim that another fault has in its hands is exchanged for another one; when all are (a rolling restart), nobody is killed. */
const maxDraws = 10

/** What happens when, all of it decided by the seed: troubles one after the other, and under them a kill every few seconds. */
export function planOf({ seed, seconds, faults, long = seconds >= longFromSeconds }: PlanOptions): Step[] {
  const troubles = troublesOf(faults, { seed, endMs: seconds * 1000, long })
  return [...troubles, ...killsOf(faults, troubles, { seed, endMs: seconds * 1000, long })].sort((a, b) => a.atMs - b.atMs)
}

type Span = { seed: number; endMs: number; long: boolean }

function troublesOf(faults: readonly Fault[], { seed, endMs, long }: Span): Step[] {
  const random = randomOf(seed, 'troubles')
  const chosen = faults.filter(({ overlaps }) => overlaps !== true)
  if (chosen.length === 0) return []
  const steps: Step[] = []
  let bag = [...random.shuffled(chosen.slice(0, always)), ...random.shuffled(chosen.slice(always))]
  let atMs = firstMs
  // What does not fit into the rest of the time is left out; when nothing does, that is all.
  for (let misses = 0; misses < chosen.length; ) {
    const fault = bag.shift()
    if (fault === undefined) {
      bag = random.shuffled(chosen)
      continue
    }
    const { target, forMs } = fault.draw(random, long)
    if (atMs + forMs > endMs) {
      misses++
      continue
    }
    misses = 0
    steps.push({ atMs, fault: fault.name, target, forMs })
    atMs += forMs + random.between(1000, 2500)
  }
  return steps
}

function killsOf(faults: readonly Fault[], troubles: readonly Step[], { seed, endMs, long }: Span): Step[] {
  const random = randomOf(seed, 'kills')
  const [kill, point] = [faults.includes(serviceKilled), faults.includes(crashPoint)]
  if (!kill && !point) return []
  const held = troubles.flatMap(({ fault, target, atMs, forMs }) =>
    (faults.find(({ name }) => name === fault)?.holds?.(target) ?? []).map((process) => ({ process, from: atMs, to: atMs + forMs })),
  )
  const isHeld = (process: string, atMs: number): boolean =>
    held.some((each) => each.process === process && atMs > each.from - afterglowMs && atMs < each.to + afterglowMs)
  const steps: Step[] = []
  for (let atMs = firstMs; atMs < endMs; atMs += long ? killEveryMs.long : killEveryMs.short) {
    const fault = point && (!kill || random.chance(crashPointShare)) ? crashPoint : serviceKilled
    for (let draws = 0; draws < maxDraws; draws++) {
      const { target, forMs } = fault.draw(random, long)
      const process = target.split(' ')[0] ?? ''
      if (isHeld(process, atMs)) continue
      steps.push({ atMs, fault: fault.name, target, forMs })
      held.push({ process, from: atMs, to: atMs + forMs })
      break
    }
  }
  return steps
}
