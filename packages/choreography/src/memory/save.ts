import { Conflict, type VersionedRow, type Writes } from '../ports.ts'
import { type Change, type MemoryDatabase, putParked, rowsOf, timerKey } from './database.ts'
import type { Admitted } from './transaction.ts'

const violation = (code: string, message: string) => Object.assign(new Error(message), { code })

/** Fails as PostgreSQL's statement does: on rows that changed since they were read, on constraints, on effects that are there already. */
export function check(database: MemoryDatabase, writes: Writes): void {
  for (const { table, key, rows } of writes.rows) {
    const saved = rowsOf(database, table)
    for (const { row, version } of rows) {
      const existing = saved.get((row as Record<string, unknown>)[key] as string)
      if (existing !== undefined && existing.version !== version) throw new Conflict()
      const broken = database.check?.(table, row)
      if (broken !== undefined) throw violation('23514', `a row of ${table} violates a check constraint: ${broken}`)
    }
  }
  for (const { body: _, ...entry } of writes.parked) checkAllText(entry)
  for (const { id } of writes.effects) if (database.effects.has(id)) throw violation('23505', `the effect ${id} exists already`)
}

/** What an index has room for in a row, in bytes; for text of other than one byte a character this is a little too kind. */
const MAX_INDEXED = 2_704

/** Fails as PostgreSQL does on text that it cannot hold, or not in an index. */
export function checkText(text: string, indexed = true): void {
  if (text.includes('\0') || !text.isWellFormed()) throw violation('22021', 'invalid byte sequence for encoding "UTF8"')
  if (indexed && text.length > MAX_INDEXED) throw violation('54000', 'index row size exceeds maximum')
}

function checkAllText(json: unknown): void {
  if (typeof json === 'string') checkText(json, false)
  else if (typeof json === 'object' && json !== null)
    for (const [name, value] of Object.entries(json)) {
      checkText(name, false)
      checkAllText(value)
    }
}

/** Makes all that a transaction did visible at once. */
export function save(
  database: MemoryDatabase,
  {
    writes,
    seqs,
    admitted,
    consumer,
    owner,
    now,
    by,
  }: { writes: Writes; seqs: readonly number[]; admitted: Admitted; consumer: string; owner: string; now: number; by: unknown },
): void {
  let inbox = database.inbox.get(consumer)
  if (inbox === undefined) {
    inbox = new Map()
    database.inbox.set(consumer, inbox)
  }
  for (const [id, digest] of admitted.events) inbox.set(id, { digest, seenAt: now })
  for (const key of admitted.timers) database.timers.delete(key)
  for (const id of admitted.effects) database.effects.delete(id)
  for (const id of admitted.parked) {
    const row = database.parked.get(id)
    if (row !== undefined) putParked(database, { ...row, status: 'replayed', endedBy: by })
  }
  const rows = saveRows(database, writes)
  for (const timer of writes.disarm) database.timers.delete(timerKey(timer))
  for (const { inMs, ...timer } of writes.arm) database.timers.set(timerKey(timer), { ...timer, dueAt: now + inMs })
  for (const effect of writes.effects) database.effects.set(effect.id, { ...effect, dueAt: now, owner })
  for (const entry of writes.parked) {
    const existing = database.parked.get(entry.id)
    // Only a message that this very transaction tries again may change its entry; a redelivered one finds it and leaves it alone.
    if (existing !== undefined && existing.endedBy !== by) continue
    const { retryInMs } = entry
    const retryAt = retryInMs === null ? null : now + retryInMs
    const base = existing ?? { ...entry, seq: String(++database.sequences.parked), parkedAt: new Date(now).toISOString(), note: null }
    const { status, blocks, reason, detail, attempts } = entry
    putParked(database, { ...base, status, blocks, reason, detail, attempts, retryInMs: null, retryAt, endedBy: null })
  }
  for (const [index, record] of writes.outbox.entries()) {
    const place = seqs[index] as number
    const { id, topic, key, headers, body } = record
    const seq = String(place)
    database.outbox.set(seq, { id, topic, key, headers, body, seq, place, owner, createdAt: now })
  }
  database.committed?.({ events: [...admitted.events.keys()], rows, outbox: writes.outbox, writes })
}

function saveRows(database: MemoryDatabase, writes: Writes): Change['rows'] {
  const changes: Change['rows'][number][] = []
  for (const { table, key, columns, rows } of writes.rows) {
    let saved = database.tables.get(table)
    if (saved === undefined) {
      saved = new Map<string, VersionedRow>()
      database.tables.set(table, saved)
    }
    for (const { row, version } of rows) {
      const sent = row as Record<string, unknown>
      const id = sent[key] as string
      const before = saved.get(id)?.row
      const after = isWhole(sent, columns, before) ? row : merged(before, sent, columns)
      saved.set(id, { row: after, version: version + 1 })
      changes.push({ table, key: id, before, after })
    }
  }
  return changes
}

/** A row with a value for each column, as nearly all are, is what is saved. */
function isWhole(sent: Readonly<Record<string, unknown>>, columns: readonly string[], before: object | undefined): boolean {
  if (before !== undefined) for (const column of Object.keys(before)) if (sent[column] === undefined) return false
  return columns.every((column) => sent[column] !== undefined)
}

/** As in the statement: columns that no row of the batch names keep their values, one that this row leaves out becomes null. */
function merged(before: object | undefined, sent: Readonly<Record<string, unknown>>, columns: readonly string[]): object {
  const after: Record<string, unknown> = { ...before }
  for (const column of columns) after[column] = sent[column] ?? null
  return after
}
