-- Parked messages that waited in vain are tried again when a message of their key comes after all.
CREATE INDEX parked_never_came ON choreography.parked (key) WHERE status = 'parked' AND reason = 'never_came';
