-- A message's key and headers as they came, base64: the columns beside hold them as text, in which what no text can hold is escaped.
ALTER TABLE choreography.parked ADD COLUMN wire json;

-- Set while the broker does not take an event because of its size: it is tried again after a minute, and the later events of its key wait.
ALTER TABLE choreography.outbox ADD COLUMN refused text, ADD COLUMN "refusedAt" timestamptz;
