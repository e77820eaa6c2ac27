import { Transient } from '@murmuration/contracts'
import type { Admissible, Admission, Awaitable, Committed, Deferred, HoldingBack, Transaction, VersionedRow, Writes } from '../ports.ts'
import { type MemoryDatabase, type ParkedRow, rowsOf, timerKey } from './database.ts'
import { free, type Locker, locker, take, waitFor } from './locks.ts'
import { check, checkText, save } from './save.ts'

/** What a transaction was let in with, until it commits. */
export interface Admitted {
  readonly events: ReadonlyMap<string, string>
  readonly timers: readonly string[]
  readonly effects: readonly string[]
  readonly parked: readonly string[]
}

export interface MemoryTransaction extends Transaction {
  /** Ends it from the database's side, as the death of its connection does. */
  abort(): void
}

const BLOCKED = Symbol('blocked')
const NOBODY: Admitted = { events: new Map(), timers: [], effects: [], parked: [] }
const aborted = () => Object.assign(new Error('current transaction is aborted'), { code: '25P02' })

/**
 * A transaction in memory, READ COMMITTED as on PostgreSQL: what it may have only once, and the rows that it reads for change, are locked, and others
 * wait for it; a statement sees what is committed when it runs. Statements run one after the other, also when they are not waited for.
 */
export function transaction(database: MemoryDatabase, consumer: string, ownerNow: () => string, ended: () => void): MemoryTransaction {
  const { active } = database
  const me = locker()
  active.add(me)
  const now = database.now()
  let state: 'open' | 'failed' | 'ended' = 'open'
  let blocker: Locker | undefined
  let tail: Promise<unknown> | undefined
  let admitted = NOBODY

  const end = () => {
    if (state === 'ended') return
    state = 'ended'
    free(active, me)
    ended()
  }
  const lock = (name: string): boolean => {
    blocker = take(active, me, name)
    return blocker === undefined
  }
  const attempt = <Result>(step: () => Result | typeof BLOCKED): Result | typeof BLOCKED => {
    if (state === 'ended') throw new Transient('the connection to the database was lost')
    if (state === 'failed') throw aborted()
    try {
      return step()
    } catch (error) {
      state = 'failed'
      throw error
    }
  }
  const inTurn = async <Result>(before: Promise<unknown> | undefined, step: () => Result | typeof BLOCKED): Promise<Result> => {
    // What failed before says so itself.
    await before?.catch(() => {})
    for (;;) {
      const result = attempt(step)
      if (result !== BLOCKED) return result
      try {
        await waitFor(me, blocker as Locker)
      } catch (error) {
        state = 'failed'
        throw error
      }
    }
  }
  /** Runs a statement at once, or when those before it are done and its locks are free. A blocked step is run again from its start. */
  const statement = <Result>(step: () => Result | typeof BLOCKED): Awaitable<Result> => {
    if (tail === undefined)
      try {
        const result = attempt(step)
        if (result !== BLOCKED) return result
      } catch (error) {
        return Promise.reject(error as Error)
      }
    const turn = inTurn(tail, step)
    tail = turn
    const over = () => {
      if (tail === turn) tail = undefined
    }
    turn.then(over, over)
    return turn
  }

  /** Does the transaction's last step, and ends it when that is done or has failed. */
  const ending = <Result>(act: () => Awaitable<Result>): Awaitable<Result> => {
    let result: Awaitable<Result> | undefined
    try {
      result = act()
    } finally {
      if (!(result instanceof Promise)) end()
    }
    return result instanceof Promise ? result.finally(end) : result
  }

  /** The locks are taken and all is checked: what others write meanwhile changes nothing. */
  const conclude = (writes: Writes, seqs: readonly number[]): Awaitable<Committed> => {
    const owner = ownerNow()
    const behindOthers = isBehind(database, writes, owner)
    return next(database.committing?.(), () => {
      if (state === 'ended') throw new Transient('the connection to the database was lost')
      save(database, { writes, seqs, admitted, consumer, owner, now, by: me })
      return { outboxSeqs: seqs.map(String), behindOthers, owner }
    })
  }

  return {
    admit: (what) =>
      statement(() => {
        const found = admissible(database, consumer, what, now, lock)
        if (found === undefined) return BLOCKED
        admitted = found.admitted
        return found.admission
      }),
    digests: (ids) =>
      statement(() => {
        const inbox = database.inbox.get(consumer)
        const found = new Map<string, string>()
        for (const id of ids) {
          const digest = inbox?.get(id)?.digest ?? admitted.events.get(id)
          if (digest !== undefined) found.set(id, digest)
        }
        return found
      }),
    load: (table, keys) =>
      statement(() => {
        const rows = rowsOf(database, table.name)
        const loaded = new Map<string, VersionedRow>()
        for (const key of keys) {
          const row = rows.get(key)
          if (row === undefined) continue
          if (table.lock && !lock(`row\n${table.name}\n${key}`)) return BLOCKED
          loaded.set(key, row)
        }
        return loaded
      }),
    commit: (writes) =>
      ending(() => {
        const prepared = statement(() => {
          if (!lockAll(writes, lock)) return BLOCKED
          check(database, writes)
          return writes.outbox.map(() => ++database.sequences.outbox)
        })
        return next(prepared, (seqs) => conclude(writes, seqs))
      }),
    rollback() {
      end()
      return Promise.resolve()
    },
    abort: end,
  }
}

/** Goes on at once when the answer is there. */
const next = <Value, Result>(given: Awaitable<Value>, then: (value: Value) => Awaitable<Result>): Awaitable<Result> =>
  given instanceof Promise ? given.then(then) : then(given)

/** Undefined while another transaction has one of them. */
function admissible(
  database: MemoryDatabase,
  consumer: string,
  what: Admissible,
  now: number,
  lock: (name: string) => boolean,
): { admission: Admission; admitted: Admitted } | undefined {
  const inbox = database.inbox.get(consumer)
  const events = new Map<string, string>()
  for (const key of what.keys) checkText(key)
  for (const { id, digest } of what.events) {
    checkText(id)
    if (inbox?.has(id)) continue
    if (!lock(`event\n${id}`)) return undefined
    events.set(id, digest)
  }
  const timers: string[] = []
  for (const timer of what.timers) {
    const key = timerKey(timer)
    if (!isDue(database, key, now)) continue
    if (!lock(`timer\n${key}`)) return undefined
    timers.push(key)
  }
  const effects: string[] = []
  for (const id of what.effects) {
    if (!database.effects.has(id)) continue
    if (!lock(`effect\n${id}`)) return undefined
    effects.push(id)
  }
  const parked: string[] = []
  for (const id of what.parked) {
    if (!isOpen(database, id)) continue
    if (!lock(`parked\n${id}`)) return undefined
    parked.push(id)
  }
  const blockedKeys = new Map<string, HoldingBack['status']>()
  const deferred: Deferred[] = []
  if (database.open.size > 0)
    for (const key of what.keys)
      for (const id of database.open.get(key) ?? []) {
        const row = database.parked.get(id)
        if (row?.status !== 'deferred' && row?.status !== 'parked') continue
        if (row.status === 'deferred' ? row.reason !== 'broken' && row.reason !== 'outage' : row.reason === 'never_came')
          deferred.push({ id, key })
        if (row.blocks && blockedKeys.get(key) !== 'parked') blockedKeys.set(key, row.status)
      }
  const sets = {
    events: events.size === 0 ? nothing : new Set(events.keys()),
    timers: setOf(timers),
    effects: setOf(effects),
    parked: setOf(parked),
  }
  const behind = new Map(parked.flatMap((id) => earlier(database, id) ?? []))
  return { admission: { now: new Date(now), ...sets, blockedKeys, behind, deferred }, admitted: { events, timers, effects, parked } }
}

/** Of a deferred message that holds back its key: the one before it that does so, too. */
function earlier({ parked, open }: MemoryDatabase, id: string): [readonly [string, HoldingBack]] | undefined {
  const later = parked.get(id)
  if (later?.status !== 'deferred' || !later.blocks || later.key === null) return undefined
  let last: ParkedRow | undefined
  for (const other of open.get(later.key) ?? []) {
    const row = parked.get(other)
    if (row?.blocks && Number(row.seq) < Number(later.seq) && Number(row.seq) > Number(last?.seq ?? 0)) last = row
  }
  return last === undefined ? undefined : [[id, { id: last.id, status: last.status as HoldingBack['status'] }]]
}

/** Most are empty. */
const nothing: ReadonlySet<string> = new Set()
const setOf = (items: readonly string[]): ReadonlySet<string> => (items.length === 0 ? nothing : new Set(items))

const isDue = ({ timers }: MemoryDatabase, key: string, now: number): boolean => {
  const timer = timers.get(key)
  return timer !== undefined && timer.dueAt <= now
}
const isOpen = ({ parked }: MemoryDatabase, id: string): boolean => {
  const status = parked.get(id)?.status
  return status === 'deferred' || status === 'parked'
}

/** A write waits for others' locks on the rows, timers, effects and parked messages that it is about, also on those that do not exist yet. */
function lockAll(writes: Writes, lock: (name: string) => boolean): boolean {
  for (const { table, key, rows } of writes.rows)
    for (const { row } of rows) if (!lock(`row\n${table}\n${(row as Record<string, unknown>)[key] as string}`)) return false
  for (const timer of writes.disarm) if (!lock(`timer\n${timerKey(timer)}`)) return false
  for (const timer of writes.arm) if (!lock(`timer\n${timerKey(timer)}`)) return false
  for (const { id } of writes.effects) if (!lock(`effect\n${id}`)) return false
  for (const { id } of writes.parked) if (!lock(`parked\n${id}`)) return false
  return true
}

function isBehind({ outbox }: MemoryDatabase, { outbox: sent }: Writes, owner: string): boolean {
  // There was never anybody else, and nothing that waits.
  if (sent.length === 0 || outbox.size === 0) return false
  for (const row of outbox.values())
    if ((row.owner !== owner || row.refusedUntil !== undefined) && sent.some(({ key }) => key === row.key)) return true
  return false
}
