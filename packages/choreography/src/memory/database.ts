import type { Origin } from '@murmuration/telemetry'
import type { OutboxRow, OutgoingRecord, ParkedMessage, PendingEffect, VersionedRow, Writes } from '../ports.ts'
import type { Locker } from './locks.ts'

export interface TimerRow {
  readonly sagaId: string
  readonly name: string
  readonly dueAt: number
  readonly origin: Origin
}
export interface OwnedOutboxRow extends OutboxRow {
  readonly place: number
  readonly owner: string
  readonly createdAt: number
  /** Until then it is set aside, as the broker refuses it. */
  readonly refusedUntil?: number
}
export interface EffectRow extends PendingEffect {
  readonly dueAt: number
  readonly owner: string
}
export interface ParkedRow extends ParkedMessage {
  readonly retryAt: number | null
  /** The transaction that ended it, or the time. */
  readonly endedBy: unknown
}

/** What one transaction changed. */
export interface Change {
  /** Ids of the events that it let in. */
  readonly events: readonly string[]
  readonly rows: readonly { readonly table: string; readonly key: string; readonly before: object | undefined; readonly after: object }[]
  readonly outbox: readonly OutgoingRecord[]
  readonly writes: Writes
}

export interface MemoryDatabaseOptions {
  /** The database's clock, milliseconds since 1970. */
  now(): number
  /** The tables' CHECK constraints: what is wrong with a row, or undefined. */
  check?(table: string, row: object): string | undefined
  /** Called when a transaction has written and holds its locks, before it commits. */
  committing?(): Promise<void> | undefined
  /** Called when a transaction has taken effect. */
  committed?(change: Change): void
}

/** A service's database in memory: its state, for sessions to work on (`memoryStore`) and for tests and invariants to look at. */
export interface MemoryDatabase extends MemoryDatabaseOptions {
  readonly tables: Map<string, Map<string, VersionedRow>>
  /** When each event was let in, and its digest, by consumer and id. */
  readonly inbox: Map<string, Map<string, { readonly digest: string; readonly seenAt: number }>>
  readonly outbox: Map<string, OwnedOutboxRow>
  readonly timers: Map<string, TimerRow>
  readonly effects: Map<string, EffectRow>
  readonly parked: Map<string, ParkedRow>
  /** Ids of the parked and deferred messages by key. */
  readonly open: Map<string, Set<string>>
  /** Transactions that are under way. */
  readonly active: Set<Locker>
  /** Instances whose session is alive. */
  readonly owners: Set<string>
  readonly sequences: { outbox: number; parked: number; owner: number }
}

export const memoryDatabase = (options: MemoryDatabaseOptions): MemoryDatabase => ({
  ...options,
  tables: new Map(),
  inbox: new Map(),
  outbox: new Map(),
  timers: new Map(),
  effects: new Map(),
  parked: new Map(),
  open: new Map(),
  active: new Set(),
  owners: new Set(),
  sequences: { outbox: 0, parked: 0, owner: 0 },
})

const none: ReadonlyMap<string, VersionedRow> = new Map()

/** The rows of a table by key; empty for one that was never written. */
export const rowsOf = ({ tables }: MemoryDatabase, table: string): ReadonlyMap<string, VersionedRow> => tables.get(table) ?? none

/** When the next timer, effect, deferred message or event that was refused becomes due, by the database's clock; undefined when nothing waits for its time. */
export function nextDue({ timers, effects, parked, open, outbox }: MemoryDatabase): number | undefined {
  let due = Number.POSITIVE_INFINITY
  for (const timer of timers.values()) due = Math.min(due, timer.dueAt)
  for (const effect of effects.values()) due = Math.min(due, effect.dueAt)
  for (const { refusedUntil } of outbox.values()) due = Math.min(due, refusedUntil ?? due)
  for (const ids of open.values())
    for (const id of ids) {
      const row = parked.get(id)
      if (row?.status === 'deferred' && row.retryAt !== null) due = Math.min(due, row.retryAt)
    }
  return due === Number.POSITIVE_INFINITY ? undefined : due
}

/** Puts a parked row in its place, under its new status. */
export function putParked({ parked, open }: MemoryDatabase, row: ParkedRow): void {
  parked.set(row.id, row)
  if (row.key === null) return
  const ids = open.get(row.key)
  if (row.status === 'parked' || row.status === 'deferred') {
    if (ids === undefined) open.set(row.key, new Set([row.id]))
    else ids.add(row.id)
  } else if (ids?.delete(row.id) && ids.size === 0) open.delete(row.key)
}

export const timerKey = ({ sagaId, name }: { sagaId: string; name: string }): string => `${sagaId}\n${name}`
