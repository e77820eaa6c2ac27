import type { Facts } from '@murmuration/contracts'
import type { Span } from '@opentelemetry/api'
import type { Admission, HoldingBack, OutgoingRecord, ParkedEntry, PendingEffect, Store, Surroundings, Writes } from '../../ports.ts'
import type { Reads, TableInfo } from '../../table.ts'
import type { Overlay } from '../overlay.ts'
import type { Publisher } from '../publisher.ts'
import type { Tracing } from '../tracing.ts'
import type { Outcome, Work } from '../work.ts'

/** What a batch needs of the service around it. */
export interface BatchScope {
  readonly around: Surroundings
  readonly store: Store
  readonly tracing: Tracing
  readonly tables: readonly TableInfo[]
  /** Whether rows are frozen before decisions see them. */
  readonly frozen: boolean
  /** Events of these keys are about to be committed; the answer goes to the function that comes back. */
  committing: Publisher['committing']
  /** What was committed goes on from here: to the providers, to the timers (Infinity: none armed) and the deferred messages' next attempt. */
  committed(what: { effects: readonly PendingEffect[]; deferred: readonly string[]; soonestTimerMs: number }): void
  handled(work: Work, outcome: Outcome, startTime: number): void
  /** A message can neither be handled nor parked: everything waits; undefined: it was parked. */
  cannotPark(error: Error | undefined): void
}

/** What has become of a batch so far. */
export interface BatchState {
  readonly scope: BatchScope
  readonly admission: Admission
  readonly facts: Facts
  /** The admission's time, ISO 8601. */
  time(): string
  readonly rows: Overlay
  /** What each work reads first. */
  readonly reads: ReadonlyMap<Work, Reads>
  readonly startTime: number
  readonly size: number
  readonly writes: {
    outbox: OutgoingRecord[]
    effects: PendingEffect[]
    parked: ParkedEntry[]
  }
  /** What became of each timer: a later decision of the batch may disarm what an earlier one has armed, and the last word counts. */
  readonly timers: Map<string, Writes['arm'][number] | { readonly sagaId: string; readonly name: string; readonly inMs: null }>
  /** Keys that later messages of this batch have to wait behind, too. */
  readonly blocked: Map<string, HoldingBack['status']>
  /** What has become of the messages that it has tried again: `gone` holds back nobody. */
  readonly tried: Map<string, HoldingBack['status'] | 'gone'>
  /** Digests of the events that it has let in so far, by their ids. */
  readonly seen: Map<string, string>
  /** Timers, effects and parked messages that it has. */
  readonly taken: Set<string>
}

/** What has become of one of its works. */
export interface Decided {
  readonly work: Work
  readonly span: Span
  readonly outcome: Outcome
  readonly parked?: ParkedEntry
}
