-- The calls of the API that are kept, packed, some dozens to some thousands a row (cloudapi/call_blocks.hpp).
CREATE TABLE call_block (
  first_call INTEGER PRIMARY KEY,           -- numbers of its oldest and its newest call
  last_call  INTEGER NOT NULL,
  account_id INTEGER NOT NULL,              -- whose room it takes; 0: calls of callers who proved to be nobody
  calls      INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,              -- time of the newest of them
  bytes      INTEGER NOT NULL,              -- of `packed`
  size       INTEGER NOT NULL,              -- of what was packed
  ids        BLOB    NOT NULL,              -- the first four bytes of each RequestId
  packed     BLOB    NOT NULL               -- one packed piece after another
);
CREATE INDEX call_block_by_last_call ON call_block (last_call, account_id);
CREATE INDEX call_block_by_account ON call_block (account_id, first_call, calls, bytes);

-- The call that asked for a single send or a task. Empty for those from before.
ALTER TABLE send ADD COLUMN call_request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN call_credential TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN call_client     TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_credential TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_client     TEXT NOT NULL DEFAULT '';
