import type { Anomaly } from './anomaly.ts'
import type { Evidence } from './evidence.ts'
import { rules } from './rules/index.ts'
import { known } from './sagas.ts'

/** Holds all rules against the evidence. Pure, and linear in the size of the evidence. Empty: everything is explained. */
export function check(evidence: Evidence): readonly Anomaly[] {
  const lookedUp = known(evidence)
  return rules.flatMap((rule) => [...rule(evidence, lookedUp)])
}
