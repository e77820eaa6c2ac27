import type { Report } from '../sagas/report.ts'
import { tableOf } from '../sagas/table.ts'
import type { PeerResult } from './dbos.ts'

const ratio = (ours: number | null, theirs: number | null): number | null =>
  ours === null || theirs === null || theirs === 0 ? null : Math.round((ours * 100) / theirs) / 100

/** What is printed: ours as `bench sagas` measures it, theirs, and how they compare. */
export function reportOf(ours: Report, theirs: PeerResult) {
  const { sagasPerSecond, cpuMsPerSaga, cancelled, incomplete, refused } = ours
  return {
    ours: { sagasPerSecond, cpuMsPerSaga, cancelled, incomplete, refused, offered: ours.offered, saturation: ours.saturation },
    dbos: {
      sagasPerSecond: theirs.saturation.perSecond,
      cpuMsPerSaga: theirs.saturation.cpuMsPerSaga,
      offered: theirs.offered,
      saturation: theirs.saturation,
    },
    /** Ours by theirs. */
    ratios: {
      sagasPerSecond: ratio(sagasPerSecond, theirs.saturation.perSecond),
      offered: theirs.offered.map(({ rate, sagaP50Ms, sagaP99Ms }) => {
        const own = ours.offered.find((each) => each.rate === rate)
        return { rate, sagaP50: ratio(own?.sagaP50Ms ?? null, sagaP50Ms), sagaP99: ratio(own?.sagaP99Ms ?? null, sagaP99Ms) }
      }),
    },
  }
}

export type PeersReport = ReturnType<typeof reportOf>

/** Whether every saga came to its good end, on both sides. */
export const isGood = ({ ours, dbos }: PeersReport): boolean =>
  ours.cancelled + ours.incomplete + ours.refused === 0 &&
  [dbos.saturation, ...dbos.offered].every(({ completed, refused }) => completed > 0 && refused === 0)

const shown = (value: number | null, unit: string): string => (value === null ? '–' : `${value}${unit}`)

/** The report for people. */
export const textOf = ({ ours, dbos, ratios }: PeersReport): string =>
  tableOf([
    ['', 'ours', 'DBOS Transact', 'ours / theirs'],
    ['saturation, sagas/s', String(ours.sagasPerSecond), String(dbos.sagasPerSecond), shown(ratios.sagasPerSecond, '')],
    ['CPU a saga', shown(ours.cpuMsPerSaga, ' ms, all processes'), shown(dbos.cpuMsPerSaga, ' ms, without PostgreSQL'), ''],
    ...ratios.offered.flatMap(({ rate, sagaP50, sagaP99 }) => {
      const [own, their] = [ours.offered.find((each) => each.rate === rate), dbos.offered.find((each) => each.rate === rate)]
      return [
        [`${rate}/s, saga p50`, shown(own?.sagaP50Ms ?? null, ' ms'), shown(their?.sagaP50Ms ?? null, ' ms'), shown(sagaP50, '')],
        [`${rate}/s, saga p99`, shown(own?.sagaP99Ms ?? null, ' ms'), shown(their?.sagaP99Ms ?? null, ' ms'), shown(sagaP99, '')],
      ]
    }),
  ])
