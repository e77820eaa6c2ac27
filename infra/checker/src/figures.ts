import type { Anomaly, AnomalyName } from './anomaly.ts'

/** What came of a run, in numbers; all of them have to be 0. */
export interface Figures {
  readonly lost: number
  readonly duplicatedEffects: number
  /** Pieces. */
  readonly oversold: number
  /** Money that was created or destroyed, in minor units of all currencies together. */
  readonly driftMinorUnits: number
  readonly stuck: number
  readonly undeclaredEdges: number
  /** Anomalies of all other kinds. */
  readonly others: number
}

export function figuresOf(anomalies: readonly Anomaly[]): Figures {
  const of = (...names: AnomalyName[]) => anomalies.filter(({ name }) => names.includes(name))
  const sum = (found: readonly Anomaly[]) => found.reduce((total, { amount = 1 }) => total + amount, 0)
  const figures = {
    lost: of('lost').length,
    duplicatedEffects: of('duplicated_effect').length,
    oversold: sum(of('oversold')),
    driftMinorUnits: sum(of('money_created', 'money_destroyed')),
    stuck: of('stuck_saga').length,
    undeclaredEdges: of('undeclared_edge').length,
  }
  const named = of('lost', 'duplicated_effect', 'oversold', 'money_created', 'money_destroyed', 'stuck_saga', 'undeclared_edge')
  return { ...figures, others: anomalies.length - named.length }
}
