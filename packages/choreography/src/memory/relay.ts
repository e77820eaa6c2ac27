import type { PendingEffect, Relay } from '../ports.ts'
import type { EffectRow, MemoryDatabase, OwnedOutboxRow, TimerRow } from './database.ts'

const REFUSED_MS = 60_000

/** The background loops' view of a database in memory. */
export function relay(database: MemoryDatabase, ownership: { owner(): string; reclaim(): void }): Relay {
  const { outbox, effects, timers, parked, open, owners } = database
  const dueDeferred = (now: number): string[] => {
    const due: { id: string; seq: number }[] = []
    for (const ids of open.values())
      for (const id of ids) {
        const row = parked.get(id)
        if (row?.status === 'deferred' && row.retryAt !== null && row.retryAt <= now) due.push({ id, seq: Number(row.seq) })
      }
    return due.sort((a, b) => a.seq - b.seq).map(({ id }) => id)
  }
  const nextTimerInMs = (now: number): number | null => {
    let next = Number.POSITIVE_INFINITY
    for (const { dueAt } of timers.values()) if (dueAt < next) next = dueAt
    return next === Number.POSITIVE_INFINITY ? null : next - now
  }
  return {
    owner: ownership.owner,
    published(seqs) {
      for (const seq of seqs) outbox.delete(seq)
    },
    refused(seq) {
      const row = outbox.get(seq)
      if (row !== undefined) outbox.set(seq, { ...row, refusedUntil: database.now() + REFUSED_MS })
    },
    unpublished(limit, except) {
      const owner = ownership.owner()
      const known = new Set(except)
      const now = database.now()
      const own: OwnedOutboxRow[] = []
      /** The first row of each key that another instance has to publish, and the first that the broker refuses. */
      const [others, refused] = [new Map<string, number>(), new Map<string, number>()]
      const first = (places: Map<string, number>, { key, place }: OwnedOutboxRow) =>
        places.set(key, Math.min(place, places.get(key) ?? place))
      for (const row of outbox.values())
        if (row.owner !== owner) first(others, row)
        else if (row.refusedUntil !== undefined && row.refusedUntil > now) first(refused, row)
        else if (!known.has(row.seq)) own.push(row)
      const behind = (places: ReadonlyMap<string, number>, { key, place }: OwnedOutboxRow) => (places.get(key) ?? place) < place
      const free = own.filter((row) => !behind(others, row) && !behind(refused, row)).sort((a, b) => a.place - b.place)
      const rows = free.slice(0, limit)
      return { rows, blocked: rows.length < limit && own.some((row) => behind(others, row)) }
    },
    look() {
      ownership.reclaim()
      const owner = ownership.owner()
      const now = database.now()
      const found = { others: false, effects: false, deferred: dueDeferred(now).length > 0, nextTimerInMs: nextTimerInMs(now) }
      for (const row of outbox.values()) found.others ||= row.owner !== owner
      for (const row of effects.values())
        if (row.owner !== owner) found.others = true
        else found.effects ||= row.dueAt <= now
      return found
    },
    adopt(taking) {
      const adopted = { outbox: 0, effects: 0 }
      const owner = ownership.owner()
      const others = new Set<string>()
      for (const row of outbox.values()) if (row.owner !== owner) others.add(row.owner)
      for (const row of effects.values()) if (row.owner !== owner) others.add(row.owner)
      for (const other of others) {
        if (owners.has(other)) continue
        taking()
        for (const row of outbox.values())
          if (row.owner === other) {
            outbox.set(row.seq, { ...row, owner })
            adopted.outbox++
          }
        for (const row of effects.values())
          if (row.owner === other) {
            effects.set(row.id, { ...row, owner })
            adopted.effects++
          }
      }
      return adopted
    },
    dueEffects(limit, except) {
      const now = database.now()
      const due: EffectRow[] = []
      if (effects.size > 0) {
        const known = new Set(except)
        const owner = ownership.owner()
        for (const row of effects.values()) if (row.owner === owner && row.dueAt <= now && !known.has(row.id)) due.push(row)
        due.sort((a, b) => a.dueAt - b.dueAt)
      }
      return due.slice(0, limit).map(pending)
    },
    postpone(postponed) {
      const now = database.now()
      for (const { id, attempts, inMs } of postponed) {
        const row = effects.get(id)
        if (row !== undefined) effects.set(id, { ...row, attempts, dueAt: now + inMs })
      }
    },
    dueTimers(limit) {
      const now = database.now()
      const due: TimerRow[] = []
      for (const timer of timers.values()) if (timer.dueAt <= now) due.push(timer)
      due.sort((a, b) => a.dueAt - b.dueAt)
      return due.length > 0 ? { due: due.slice(0, limit), nextInMs: 0 } : { due, nextInMs: nextTimerInMs(now) }
    },
    dueDeferred: (limit) => dueDeferred(database.now()).slice(0, limit),
    backlog() {
      const now = database.now()
      let outboxAgeMs = 0
      let refused = 0
      for (const { createdAt, refusedUntil } of outbox.values()) {
        outboxAgeMs = Math.max(outboxAgeMs, now - createdAt)
        if (refusedUntil !== undefined) refused++
      }
      let waiting = 0
      for (const { status } of parked.values()) if (status === 'parked') waiting++
      return { outboxAgeMs, outbox: outbox.size, refused, parked: waiting, effects: effects.size }
    },
  }
}

const pending = ({ id, name, sagaId, causationId, request, origin, attempts }: EffectRow): PendingEffect => ({
  id,
  name,
  sagaId,
  causationId,
  request,
  origin,
  attempts,
})
