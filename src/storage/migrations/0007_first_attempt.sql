-- A message expires so long after its first attempt, however long it waited for that one: its run may be long, the
-- relay away. 0 until the first attempt. Rows that were tried before this column count from their request.
ALTER TABLE message ADD COLUMN first_attempt_ms INTEGER NOT NULL DEFAULT 0;
UPDATE message SET first_attempt_ms = requested_ms WHERE next_attempt_ms IS NOT NULL AND attempts > 0;
