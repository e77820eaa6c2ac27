import { anomalyNames } from '@murmuration/checker'

/** What came of one seed. */
export interface Outcome {
  readonly seed: number
  /** Events, timers, commands and conclusions of side effects that services have handled; duplicates are not counted. */
  readonly handled: number
  /** What was wrong, each beginning with its name. */
  readonly violations: readonly string[]
  readonly story: readonly string[]
}

const names: ReadonlySet<string> = new Set(anomalyNames)

/** The anomaly's name; `broken_invariant` for a row that did what it never may. */
export function nameOf(violation: string): string {
  const name = violation.split(':')[0] ?? ''
  return names.has(name) ? name : 'broken_invariant'
}
