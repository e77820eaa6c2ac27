import type { Account } from '../stats/ledger.ts'
import { spreadOf, tenth } from '../stats/percentile.ts'

/** A phase of a peer's load. A saga's time counts from when it was due. */
export interface PeerPhase {
  readonly completed: number
  readonly refused: number
  /** Until the last one had ended. */
  readonly perSecond: number
  readonly sagaP50Ms: number | null
  readonly sagaP99Ms: number | null
  /** Of the peer's process, its load included, without the database. */
  readonly cpuMsPerSaga: number | null
}

export function accountOf(
  { sagaMs, completed, refused, lastAt }: Account,
  startedAt: number,
  { user, system }: NodeJS.CpuUsage,
): PeerPhase {
  const { p50, p99 } = spreadOf(sagaMs)
  return {
    completed,
    refused: Object.values(refused).reduce((sum, times) => sum + times, 0),
    perSecond: completed === 0 ? 0 : (tenth((completed * 1000) / (lastAt - startedAt)) ?? 0),
    sagaP50Ms: p50,
    sagaP99Ms: p99,
    cpuMsPerSaga: completed === 0 ? null : Math.round((user + system) / completed) / 1000,
  }
}
