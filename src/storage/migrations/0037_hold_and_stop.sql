-- A pause and a stop hold for mail that waits for another attempt, too.
-- 1: the message was due while its task was paused and is postponed to the end of its time.
ALTER TABLE message ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_waiting ON message (parent_id) WHERE kind = 0 AND next_attempt_ms IS NOT NULL;
-- 1: the task was resumed or stopped, so the run's waiting mail becomes due, a portion at a time.
ALTER TABLE run ADD COLUMN expedite INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_to_expedite ON run (run_id) WHERE expedite = 1;
