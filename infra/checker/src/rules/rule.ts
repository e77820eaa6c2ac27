import type { Anomaly } from '../anomaly.ts'
import type { Evidence } from '../evidence.ts'
import type { Known } from '../sagas.ts'

/** One thing that must hold: looks at the evidence once, and names what breaks it. */
export type Rule = (evidence: Evidence, known: Known) => Iterable<Anomaly>
