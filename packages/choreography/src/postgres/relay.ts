import type { Origin } from '@murmuration/telemetry'
import type { Pool } from 'pg'
import type { Backlog, OutboxRow, PendingEffect, Relay, Seen } from '../ports.ts'
import { classify } from './errors.ts'
import type { Ownership } from './ownership.ts'

const OWNERS = `SELECT DISTINCT owner FROM choreography.outbox WHERE owner <> $1
  UNION SELECT DISTINCT owner FROM choreography.effects WHERE owner <> $1`

const REFUSED = `"refusedAt" > now() - interval '1 minute'`

// Rows of a key become visible in the order of `seq`, as their saga's row was locked; so a row may go once no earlier one is another instance's or refused.
const UNPUBLISHED = `SELECT seq, id, topic, key, headers, body FROM choreography.outbox AS o
  WHERE owner = $1 AND seq <> ALL ($2::bigint[]) AND (${REFUSED}) IS NOT TRUE
    AND NOT EXISTS (SELECT FROM choreography.outbox AS f WHERE f.key = o.key AND (f.owner <> $1 OR f.${REFUSED}) AND f.seq < o.seq)
  ORDER BY seq LIMIT $3`

const BLOCKED = `SELECT EXISTS (SELECT FROM choreography.outbox AS o WHERE owner = $1 AND seq <> ALL ($2::bigint[])
  AND EXISTS (SELECT FROM choreography.outbox AS f WHERE f.key = o.key AND f.owner <> $1 AND f.seq < o.seq)) AS blocked`

const LOOK = `SELECT
  EXISTS (SELECT FROM choreography.outbox WHERE owner <> $1) OR EXISTS (SELECT FROM choreography.effects WHERE owner <> $1) AS others,
  EXISTS (SELECT FROM choreography.effects WHERE owner = $1 AND "dueAt" <= now()) AS effects,
  EXISTS (SELECT FROM choreography.parked WHERE status = 'deferred' AND "retryAt" <= now()) AS deferred,
  (SELECT (extract(epoch FROM min("dueAt") - now()) * 1000)::float8 FROM choreography.timers) AS "nextTimerInMs"`

// Those that are due, or else the time until the next one.
const DUE_TIMERS = `WITH due AS (SELECT "sagaId", name, origin FROM choreography.timers WHERE "dueAt" <= now() ORDER BY "dueAt" LIMIT $1)
  SELECT "sagaId", name, origin, 0::float8 AS "inMs" FROM due
  UNION ALL SELECT NULL, NULL, NULL, (extract(epoch FROM min("dueAt") - now()) * 1000)::float8 FROM choreography.timers WHERE NOT EXISTS (SELECT FROM due)`

const BACKLOG = `SELECT
  (SELECT coalesce(extract(epoch FROM now() - min("createdAt")) * 1000, 0) FROM choreography.outbox)::float8 AS "outboxAgeMs",
  (SELECT count(*) FROM choreography.outbox)::int AS outbox,
  (SELECT count(*) FROM choreography.outbox WHERE "refusedAt" IS NOT NULL)::int AS refused,
  (SELECT count(*) FROM choreography.parked WHERE status = 'parked')::int AS parked,
  (SELECT count(*) FROM choreography.effects)::int AS effects`

/** The background loops' view of PostgreSQL. */
export function relay(pool: Pool, ownership: Ownership): Relay {
  const rows = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => {
    try {
      return (await pool.query(text, values)).rows as Row[]
    } catch (error) {
      throw classify(error)
    }
  }
  return {
    owner: () => ownership.owner,
    async published(seqs) {
      await rows('DELETE FROM choreography.outbox WHERE seq = ANY ($1::bigint[])', [seqs])
    },
    async refused(seq, reason) {
      await rows('UPDATE choreography.outbox SET refused = $2, "refusedAt" = now() WHERE seq = $1', [seq, reason])
    },
    async unpublished(limit, except) {
      const found = await rows<OutboxRow>(UNPUBLISHED, [ownership.owner, except, limit])
      if (found.length === limit) return { rows: found, blocked: false }
      const left = await rows<{ blocked: boolean }>(BLOCKED, [ownership.owner, [...except, ...found.map(({ seq }) => seq)]])
      return { rows: found, blocked: left[0]?.blocked === true }
    },
    async look() {
      await ownership.reclaim()
      const [seen] = await rows<Seen>(LOOK, [ownership.owner])
      return seen as Seen
    },
    async adopt(taking) {
      const adopted = { outbox: 0, effects: 0 }
      for (const { owner } of await rows<{ owner: string }>(OWNERS, [ownership.owner]))
        await ownership.ifDead(owner, async () => {
          taking()
          const outbox = await rows('UPDATE choreography.outbox SET owner = $1 WHERE owner = $2 RETURNING 1', [ownership.owner, owner])
          const effects = await rows('UPDATE choreography.effects SET owner = $1 WHERE owner = $2 RETURNING 1', [ownership.owner, owner])
          adopted.outbox += outbox.length
          adopted.effects += effects.length
        })
      return adopted
    },
    dueEffects: (limit, except) =>
      rows<PendingEffect>(
        `SELECT id, name, "sagaId", "causationId", request, origin, attempts FROM choreography.effects
         WHERE owner = $1 AND "dueAt" <= now() AND id <> ALL ($2::text[]) ORDER BY "dueAt" LIMIT $3`,
        [ownership.owner, except, limit],
      ),
    async postpone(effects) {
      await rows(
        `UPDATE choreography.effects AS e SET attempts = p.attempts, "dueAt" = now() + p."inMs" * interval '1 millisecond'
         FROM json_to_recordset($1) AS p (id text, attempts integer, "inMs" float8) WHERE e.id = p.id`,
        [JSON.stringify(effects)],
      )
    },
    async dueTimers(limit) {
      const found = await rows<{ sagaId: string; name: string; origin: Origin; inMs: number | null }>(DUE_TIMERS, [limit])
      return { due: found.filter(({ name }) => name !== null), nextInMs: found[0]?.inMs ?? null }
    },
    async dueDeferred(limit) {
      const found = await rows<{ id: string }>(
        `SELECT id FROM choreography.parked WHERE status = 'deferred' AND "retryAt" <= now() ORDER BY seq LIMIT $1`,
        [limit],
      )
      return found.map(({ id }) => id)
    },
    async backlog() {
      const [row] = await rows<Backlog>(BACKLOG)
      return row as Backlog
    },
  }
}
