-- What operators order about waiting mail: docs/decisions/0055.
CREATE TABLE delivery_pause (
  pause_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,        -- whose mail waits; 0: that of every account
  domain TEXT NOT NULL,               -- of the recipients, as in outbound_queue; '': every domain
  since_ms INTEGER NOT NULL,
  until_ms INTEGER,                   -- NULL: until it is ended
  reason TEXT NOT NULL,
  UNIQUE (domain, account_id)
);

-- A sweep goes through mail that waited when it was ordered, a portion at a time.
CREATE TABLE queue_sweep (
  sweep_id INTEGER PRIMARY KEY,
  act INTEGER NOT NULL,               -- 1 makes mail due, 2 drops it
  account_id INTEGER NOT NULL,        -- whose mail; 0: that of every account
  domain TEXT NOT NULL,               -- '': every domain
  run_id INTEGER NOT NULL,            -- 0: mail of every run, and single mail
  reason TEXT NOT NULL,
  ordered_ms INTEGER NOT NULL,
  last_row_id INTEGER NOT NULL        -- rows of message with a higher id came later
);

-- The ages of a queue's mail are counted in the index alone.
DROP INDEX message_by_queue;
CREATE INDEX message_by_queue ON message (queue_id, next_attempt_ms, first_attempt_ms)
  WHERE next_attempt_ms IS NOT NULL;
