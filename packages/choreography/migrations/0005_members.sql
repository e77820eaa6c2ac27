-- Under which ids instances take part in the consumer group: who starts after one that has died lets the broker know at once.
CREATE TABLE choreography.members (
  "memberId" text PRIMARY KEY,
  owner text NOT NULL
);
