import { type Anomaly, type Figures, figuresOf, type Linearizability, type Unfinished } from '@murmuration/checker'
import type { Happened } from '../plan/happened.ts'
import type { Watched } from '../watch/every-second.ts'

/** What is known when all is over. */
export interface Findings {
  readonly seed: number
  /** Orders that exist. */
  readonly sagas: number
  /** Orders by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly seconds: number
  readonly drainSeconds: number
  readonly happened: Happened
  readonly watched: Watched
  readonly left: Unfinished
  /** Answers of the gateway that nobody may get: 5xx but a clean 503. */
  readonly uncleanAnswers: Readonly<Record<string, number>>
  /** Requests that the client had to repeat, as it got no answer, or "not now": by answer. */
  readonly repeated: Readonly<Record<string, number>>
  /** Well-formed orders that were refused, by answer. */
  readonly refused: Readonly<Record<string, number>>
  /** In all topics. */
  readonly events: number
  /** Sagas of which whole traces were looked at. */
  readonly stories: number
  /** Histories of the stock, one for each sku, by Porcupine's verdict; none when nobody asked. `unknown`: it had not enough time. */
  readonly linearizable: Linearizability['verdicts']
  readonly anomalies: readonly Anomaly[]
}

/** What is printed with `--json`. The figures have to be 0. */
export interface Report extends Figures, Omit<Findings, 'happened' | 'watched' | 'left' | 'anomalies'> {
  readonly kills: number
  readonly faults: Readonly<Record<string, number>>
  /** Looks at the invariants during the faults, and what they found. */
  readonly looks: number
  readonly violations: readonly string[]
  readonly left: Unfinished
  /** Armed, but never come to. */
  readonly missedFaults: readonly string[]
  readonly failedFaults: readonly string[]
  /** The first hundred; the figures count them all. */
  readonly anomalies: readonly Anomaly[]
}

const shown = 100
const tenths = (value: number): number => Math.round(value * 10) / 10

export const reportOf = ({ happened, watched, anomalies, seconds, drainSeconds, ...rest }: Findings): Report => {
  const { sagas, seed, outcomes, ...others } = rest
  return {
    sagas,
    kills: happened.kills,
    ...figuresOf(anomalies),
    seed,
    outcomes,
    faults: happened.faults,
    seconds: tenths(seconds),
    drainSeconds: tenths(drainSeconds),
    looks: watched.looks,
    violations: watched.violations.map(({ invariant, detail }) => `${invariant}: ${detail}`),
    ...others,
    missedFaults: happened.missed,
    failedFaults: happened.failed,
    anomalies: anomalies.slice(0, shown),
  }
}

/** Whether everything ended as it should. */
export const isGood = ({
  sagas,
  lost,
  duplicatedEffects,
  oversold,
  driftMinorUnits,
  stuck,
  undeclaredEdges,
  others,
  ...rest
}: Report): boolean => {
  const figures = [lost, duplicatedEffects, oversold, driftMinorUnits, stuck, undeclaredEdges, others, rest.violations.length]
  // That Porcupine had not enough time says nothing in either direction.
  return (
    sagas > 0 &&
    rest.linearizable.illegal === 0 &&
    figures.every((figure) => figure === 0) &&
    Object.keys({ ...rest.uncleanAnswers, ...rest.refused }).length === 0
  )
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

const lineOf = ({ name, service, sagaId, detail }: Anomaly): string =>
  [
    `  ✗ ${name}${service === undefined ? '' : ` (${service})`}: ${detail}`,
    ...(sagaId === undefined ? [] : [`      npm run -s murmur -- trace ${sagaId}`]),
  ].join('\n')

/** @param kept the stack still runs, so traces can be looked at */
export function textOf(report: Report, kept: boolean): string {
  const { sagas, kills, lost, duplicatedEffects, oversold, driftMinorUnits, stuck, undeclaredEdges, others } = report
  const { ok, unknown, illegal } = report.linearizable
  const lines = [
    `${sagas} sagas (${listed(report.outcomes)}) in ${report.seconds} s and ${report.drainSeconds} s until all was quiet; ${kills} kills`,
    `faults: ${listed(report.faults)}`,
    `lost ${lost}, duplicated effects ${duplicatedEffects}, oversold ${oversold}, drift ${driftMinorUnits} minor units, stuck ${stuck}, undeclared edges ${undeclaredEdges}, others ${others}`,
    `${report.looks} looks at the invariants: ${report.violations.length === 0 ? 'they held' : 'they did not hold'}`,
    `histories of the stock, by sku: ${ok} linearizable, ${unknown} too long to say, ${illegal} NOT linearizable${illegal > 0 ? ': see .local/chaos/test/pictures' : ''}`,
    ...report.violations.map((violation) => `  ✗ ${violation}`),
    ...Object.entries({ ...report.uncleanAnswers, ...report.refused }).map(
      ([answer, count]) => `  ✗ ${count} requests were answered ${answer}`,
    ),
    ...report.anomalies.map(lineOf),
    ...report.failedFaults.map((failed) => `  ! could not be carried out: ${failed}`),
    ...(report.anomalies.length > 0 && !kept
      ? [`(once more, with the stack left to look at: npm run -s chaos -- --seed ${report.seed} --keep)`]
      : []),
  ]
  return `${lines.join('\n')}\n`
}
