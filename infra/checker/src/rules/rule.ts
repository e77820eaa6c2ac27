import type { Anomaly } from '../anomaly.ts'
import type { Evidence } from '../evidence.ts'
import type { Saga } from '../sagas.ts'

/** One thing that must hold: looks at the evidence once, and names what breaks it. */
export type Rule = (evidence: Evidence, sagas: ReadonlyMap<string, Saga>) => Iterable<Anomaly>
