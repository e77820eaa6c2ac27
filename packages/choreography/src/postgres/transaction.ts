import type { Socket } from 'node:net'
import { Transient } from '@murmuration/contracts'
import type { PoolClient, QueryResult } from 'pg'
import type { Admissible, Admission, Committed, Deferred, HoldingBack, Transaction, VersionedRow, Writes } from '../ports.ts'
import { classify } from './errors.ts'
import type { Ownership } from './ownership.ts'
import { ADMIT, DIGESTS, loadStatement, writeStatement } from './statements.ts'

interface AdmissionRow {
  now: Date
  events: string[] | null
  timers: string[]
  effects: string[]
  parked: string[]
  blocked: { key: string; status: HoldingBack['status'] }[]
  behind: { id: string; before: HoldingBack }[]
  deferred: Deferred[]
}

/** A time as decisions write it, who compare it and pass it on: PostgreSQL's JSON says +00:00 instead of Z, and leaves zeros out. */
function inUtc(time: unknown): unknown {
  const date = new Date(String(time))
  return time === null || Number.isNaN(date.getTime()) ? time : date.toISOString()
}

/**
 * A transaction on a pipelining connection: statements are sent without waiting for the answers to those before, so a whole batch costs about
 * two round trips (admit + load, write + commit).
 */
export function transaction(client: PoolClient, consumer: string, ownership: Pick<Ownership, 'owner'>): Transaction {
  together(client)
  const begun = client.query('BEGIN')
  // Its failure shows in the first statement that is waited for.
  begun.catch(() => {})
  let ended = false
  // What the session was told may be out of date for good (read only, by the settings of its beginning; plans, prepared statements): a new one is made.
  let spoilt = false
  const end = () => {
    if (ended) return
    ended = true
    client.release(spoilt)
  }
  const sorted = (error: unknown): unknown => {
    const found = classify(error)
    spoilt ||= found instanceof Transient
    return found
  }
  const run = async (statement: { name: string; text: string }, values: unknown[]): Promise<QueryResult> => {
    try {
      return await client.query({ ...statement, values })
    } catch (error) {
      throw sorted(error)
    }
  }
  return {
    async admit(what: Admissible): Promise<Admission> {
      const result = await run(ADMIT, [
        consumer,
        what.events.map((event) => event.id),
        what.events.map((event) => event.digest),
        what.timers.map((timer) => timer.sagaId),
        what.timers.map((timer) => timer.name),
        what.effects,
        what.parked,
        what.keys,
      ])
      const row = result.rows[0] as AdmissionRow
      return {
        now: row.now,
        events: new Set(row.events ?? what.events.map(({ id }) => id)),
        timers: new Set(row.timers),
        effects: new Set(row.effects),
        parked: new Set(row.parked),
        blockedKeys: new Map(row.blocked.map(({ key, status }) => [key, status])),
        behind: new Map(row.behind.map(({ id, before }) => [id, before])),
        deferred: row.deferred,
      }
    },
    async digests(eventIds) {
      const { rows } = await run(DIGESTS, [consumer, eventIds])
      return new Map((rows as { eventId: string; digest: string }[]).map(({ eventId, digest }) => [eventId, digest]))
    },
    async load(table, keys) {
      const { rows } = await run(loadStatement(table), [keys])
      const loaded = new Map<string, VersionedRow>()
      for (const { row, times } of rows as { row: Record<string, unknown> & { version: number }; times: string | null }[]) {
        const { version, ...columns } = row
        for (const name of times?.split(',') ?? []) columns[name] = inUtc(columns[name])
        loaded.set(String(columns[table.key]), { row: columns, version })
      }
      return loaded
    },
    async commit(writes: Writes): Promise<Committed> {
      together(client)
      const { owner } = ownership
      const { statement, values } = writeStatement(writes, owner)
      // A write that fails makes the COMMIT behind it a rollback.
      const [written, committed] = await Promise.allSettled([run(statement, values), client.query('COMMIT')])
      if (committed.status === 'rejected') spoilt = true
      end()
      if (written.status === 'rejected') throw written.reason
      if (committed.status === 'rejected') throw classify(committed.reason)
      const row = written.value.rows[0] as { seqs: string[]; behind: boolean }
      return { outboxSeqs: row.seqs, behindOthers: row.behind, owner }
    },
    async rollback() {
      if (ended) return
      try {
        await client.query('ROLLBACK')
      } catch {
        spoilt = true
      }
      end()
    },
  }
}

/** All statements of this turn go to the server in one write: each would be a system call of its own, and wake the server up. */
function together(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}
