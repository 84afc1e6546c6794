-- Waiting mail lies in queues, so that all mail to one destination is found, left and held by one row.
CREATE TABLE outbound_queue (
  queue_id INTEGER PRIMARY KEY,
  domain TEXT NOT NULL,               -- of the recipients: behind the last '@', in lower case
  account_id INTEGER NOT NULL,
  urgency INTEGER NOT NULL,           -- 0 mail of runs, 1 single mail
  waiting INTEGER NOT NULL,           -- rows of message with this queue_id
  next_due_ms INTEGER NOT NULL,       -- of the first row that is due; may be too early
  paused INTEGER NOT NULL DEFAULT 0,
  UNIQUE (domain, account_id, urgency)
);
CREATE INDEX outbound_queue_due ON outbound_queue (next_due_ms) WHERE waiting > 0 AND paused = 0;

-- NULL once nothing is left to do. Rows that wait already get theirs at the next start: SQL can't cut the domain.
ALTER TABLE message ADD COLUMN queue_id INTEGER;
CREATE INDEX message_by_queue ON message (queue_id, next_attempt_ms) WHERE next_attempt_ms IS NOT NULL;
DROP INDEX message_due;
