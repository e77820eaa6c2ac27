-- What broke is tried again for a while before it is parked, and holds back the later messages of its key all the same.
DROP INDEX choreography.parked_blocking;
CREATE INDEX parked_blocking ON choreography.parked (key, seq) WHERE status IN ('deferred', 'parked') AND blocks;
