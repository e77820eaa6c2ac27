import type { Writes } from '../ports.ts'
import type { TableInfo } from '../table.ts'

interface Statement {
  readonly name: string
  readonly text: string
}

/** Lets a batch in: everything that only one transaction may have is taken here, in one statement. `events` is null when all of them are new. */
export const ADMIT: Statement = {
  name: 'admit',
  text: `WITH events AS (
    INSERT INTO choreography.inbox ("eventId", consumer, digest)
    SELECT id, $1, digest FROM unnest($2::text[], $3::text[]) AS event (id, digest) ORDER BY id
    ON CONFLICT DO NOTHING RETURNING "eventId"
  ), timers AS (
    DELETE FROM choreography.timers AS timer USING unnest($4::text[], $5::text[]) AS due ("sagaId", name)
    WHERE timer."sagaId" = due."sagaId" AND timer.name = due.name AND timer."dueAt" <= now()
    RETURNING timer."sagaId", timer.name
  ), effects AS (
    DELETE FROM choreography.effects WHERE id = ANY ($6::text[]) RETURNING id
  ), again AS (
    UPDATE choreography.parked SET status = 'replayed', "endedAt" = now()
    WHERE id = ANY ($7::text[]) AND status IN ('deferred', 'parked') RETURNING id
  )
  SELECT now() AS now,
    CASE WHEN (SELECT count(*) FROM events) < cardinality($2::text[]) THEN ARRAY(SELECT "eventId" FROM events) END AS events,
    ARRAY(SELECT "sagaId" || E'\\n' || name FROM timers) AS timers,
    ARRAY(SELECT id FROM effects) AS effects,
    ARRAY(SELECT id FROM again) AS parked,
    ARRAY(SELECT json_build_object('key', key, 'status', max(status)) FROM choreography.parked
      WHERE status IN ('deferred', 'parked') AND blocks AND key = ANY ($8::text[]) GROUP BY key) AS blocked,
    ARRAY(SELECT json_build_object('id', later.id, 'before', earlier) FROM choreography.parked AS later, LATERAL (
      SELECT id, status FROM choreography.parked
      WHERE key = later.key AND seq < later.seq AND status IN ('deferred', 'parked') AND blocks ORDER BY seq DESC LIMIT 1) AS earlier
      WHERE later.id = ANY ($7::text[]) AND later.status = 'deferred' AND later.blocks) AS behind,
    ARRAY(SELECT json_build_object('id', id, 'key', key) FROM choreography.parked
      WHERE status = 'deferred' AND reason NOT IN ('broken', 'outage') AND key = ANY ($8::text[])
      UNION ALL SELECT json_build_object('id', id, 'key', key) FROM choreography.parked
      WHERE status = 'parked' AND reason = 'never_came' AND key = ANY ($8::text[])) AS deferred`,
}

export const DIGESTS: Statement = {
  name: 'digests',
  text: 'SELECT "eventId", digest FROM choreography.inbox WHERE consumer = $1 AND "eventId" = ANY ($2::text[])',
}

const loadStatements = new Map<string, Statement>()

/** Rows as JSON, with the names of the columns that are times, locked in the order of their keys. */
export function loadStatement({ name, key, lock }: TableInfo): Statement {
  let statement = loadStatements.get(name)
  if (statement === undefined) {
    const order = lock ? ` ORDER BY ${quote(key)} FOR UPDATE` : ''
    const times = `SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = '${quote(name)}'::regclass AND atttypid = 'timestamptz'::regtype`
    const text = `SELECT to_json(t) AS row, (${times}) AS times FROM ${quote(name)} AS t WHERE ${quote(key)} = ANY ($1::text[])${order}`
    statement = { name: `load ${name}`, text }
    loadStatements.set(name, statement)
  }
  return statement
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const writeStatements = new Map<string, Statement>()

/**
 * Everything that a batch writes, as one statement with one common table expression for each part that is not empty; prepared once for each
 * combination of parts.
 */
export function writeStatement(writes: Writes, owner: string): { statement: Statement; values: unknown[] } {
  const values: unknown[] = []
  const parts: string[] = []
  const results: string[] = []
  const json = (value: unknown): string => `$${values.push(JSON.stringify(value))}::json`
  const recordset = (name: string, value: unknown): string => `json_populate_recordset(NULL::${name}, ${json(value)})`

  for (const [index, { table, key, columns, rows }] of writes.rows.entries()) {
    const part = `rows${index}`
    const names = columns.map(quote)
    const sets = columns.filter((column) => column !== key).map((column) => `${quote(column)} = EXCLUDED.${quote(column)}, `)
    const sent = rows.map(({ row, version }) => ({ ...row, version: version + 1 }))
    parts.push(`${part} AS (INSERT INTO ${quote(table)} AS t (${names.join(', ')}, version)
      SELECT ${names.join(', ')}, version FROM ${recordset(quote(table), sent)}
      ON CONFLICT (${quote(key)}) DO UPDATE SET ${sets.join('')}version = EXCLUDED.version WHERE t.version = EXCLUDED.version - 1
      RETURNING 1)`)
    results.push(`choreography.expect_saved((SELECT count(*) FROM ${part}), $${values.push(rows.length)})`)
  }
  if (writes.disarm.length > 0)
    parts.push(`disarmed AS (DELETE FROM choreography.timers AS t USING ${recordset('choreography.timers', writes.disarm)} AS d
      WHERE t."sagaId" = d."sagaId" AND t.name = d.name)`)
  if (writes.arm.length > 0)
    parts.push(`armed AS (INSERT INTO choreography.timers ("sagaId", name, "dueAt", origin)
      SELECT "sagaId", name, now() + "inMs" * interval '1 millisecond', origin
      FROM json_to_recordset(${json(writes.arm)}) AS a ("sagaId" text, name text, "inMs" float8, origin json)
      ON CONFLICT ("sagaId", name) DO UPDATE SET "dueAt" = EXCLUDED."dueAt", origin = EXCLUDED.origin)`)
  if (writes.effects.length > 0)
    parts.push(`intended AS (INSERT INTO choreography.effects (id, name, "sagaId", "causationId", request, origin, attempts, owner)
      SELECT id, name, "sagaId", "causationId", request, origin, attempts, $${values.push(owner)}
      FROM ${recordset('choreography.effects', writes.effects)})`)
  if (writes.parked.length > 0)
    parts.push(parkedPart(json(writes.parked.map(({ body, ...entry }) => ({ ...entry, body: body?.toString('base64') ?? null })))))
  if (writes.outbox.length > 0) {
    parts.push(`sent AS (INSERT INTO choreography.outbox (id, topic, key, headers, body, owner)
      SELECT id, topic, key, headers, body, $${values.push(owner)}
      FROM ${recordset('choreography.outbox', writes.outbox)} WITH ORDINALITY ORDER BY ordinality RETURNING seq)`)
    results.push('ARRAY(SELECT seq FROM sent ORDER BY seq) AS seqs')
    results.push(`EXISTS (SELECT FROM choreography.outbox WHERE key = ANY ($${values.push([...new Set(writes.outbox.map(({ key }) => key))])}::text[])
      AND (owner <> $${values.push(owner)} OR "refusedAt" IS NOT NULL)) AS behind`)
  } else results.push("'{}'::bigint[] AS seqs", 'false AS behind')

  const text = `${parts.length > 0 ? `WITH ${parts.join(', ')} ` : ''}SELECT ${results.join(', ')}`
  let statement = writeStatements.get(text)
  if (statement === undefined) {
    statement = { name: `write ${writeStatements.size}`, text }
    writeStatements.set(text, statement)
  }
  return { statement, values }
}

// Only a message that this very transaction tries again may change its entry; a redelivered one finds it and leaves it alone.
const parkedPart = (entries: string): string => `parked AS (
  INSERT INTO choreography.parked AS p (id, status, blocks, kind, key, topic, partition, "offset", "eventId", "eventType", reason, detail, headers, wire, body, origin, attempts, "retryAt")
  SELECT id, status, blocks, kind, key, topic, partition, "offset", "eventId", "eventType", reason, detail, headers, wire, decode(body, 'base64'), origin, attempts,
    now() + "retryInMs" * interval '1 millisecond'
  FROM json_to_recordset(${entries}) AS e (id text, status text, blocks boolean, kind text, key text, topic text, partition integer, "offset" text,
    "eventId" text, "eventType" text, reason text, detail text, headers json, wire json, body text, origin json, attempts integer, "retryInMs" float8)
  ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, blocks = EXCLUDED.blocks, reason = EXCLUDED.reason, detail = EXCLUDED.detail,
    attempts = EXCLUDED.attempts, "retryAt" = EXCLUDED."retryAt", "endedAt" = NULL
  WHERE p."endedAt" = now())`
