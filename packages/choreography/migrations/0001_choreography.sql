-- The runtime's own tables, one set in each service's database. Column names are quoted camelCase: rows travel as JSON.

-- What this service has handled. Same transaction as the effect, so redelivery is harmless.
CREATE TABLE choreography.inbox (
  "eventId" text NOT NULL,
  consumer text NOT NULL,
  digest text NOT NULL,
  "seenAt" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("eventId", consumer)
);
CREATE INDEX inbox_seen ON choreography.inbox USING brin ("seenAt");

-- Events on their way to the log; a row is deleted once the broker has acknowledged it. `seq` orders the rows of one key only:
-- sequences of different transactions become visible out of order. `owner` is the instance that publishes the row.
CREATE TABLE choreography.outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  headers json NOT NULL,
  body text NOT NULL,
  owner text NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX outbox_key ON choreography.outbox (key);

-- Durable deadlines, by the database's clock.
CREATE TABLE choreography.timers (
  "sagaId" text NOT NULL,
  name text NOT NULL,
  "dueAt" timestamptz NOT NULL,
  origin json NOT NULL,
  PRIMARY KEY ("sagaId", name)
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX timers_due ON choreography.timers ("dueAt");

-- Side effects that are wanted and not concluded yet. The id is the idempotency key.
CREATE TABLE choreography.effects (
  id text PRIMARY KEY,
  name text NOT NULL,
  "sagaId" text NOT NULL,
  "causationId" text NOT NULL,
  request json NOT NULL,
  origin json NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  "dueAt" timestamptz NOT NULL DEFAULT now(),
  owner text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 10000);

-- Messages that could not be handled. `deferred` came early and are tried again by themselves; `parked` wait for an operator and
-- hold back the later messages of their key.
CREATE TABLE choreography.parked (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  status text NOT NULL CHECK (status IN ('deferred', 'parked', 'replayed', 'discarded')),
  blocks boolean NOT NULL,
  kind text NOT NULL CHECK (kind IN ('message', 'timer', 'conclusion')),
  key text,
  topic text,
  partition integer,
  "offset" text,
  "eventId" text,
  "eventType" text,
  reason text NOT NULL,
  detail text NOT NULL,
  headers json NOT NULL,
  body bytea,
  origin json NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  "parkedAt" timestamptz NOT NULL DEFAULT now(),
  "retryAt" timestamptz,
  "endedAt" timestamptz,
  note text
);
CREATE INDEX parked_blocking ON choreography.parked (key) WHERE status = 'parked' AND blocks;
CREATE INDEX parked_deferred ON choreography.parked (key, "retryAt") WHERE status = 'deferred';

-- Fails the transaction when fewer rows were saved than meant: another transaction changed one of them since it was read.
CREATE FUNCTION choreography.expect_saved(saved bigint, meant bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF saved <> meant THEN
    RAISE EXCEPTION 'version conflict: % of % rows saved', saved, meant USING ERRCODE = '40001';
  END IF;
END $$;
