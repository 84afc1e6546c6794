-- The calls of the API that are kept, some thousands a row (cloudapi/call_log.hpp). They belong to the installation: a row
-- holds the calls of all accounts, or those of callers who proved to be nobody.
CREATE TABLE call_block (
  last_call INTEGER NOT NULL,           -- number of the newest call that was written together with these
  known     INTEGER NOT NULL,           -- 1: calls of accounts; 0: of callers whom nobody knows
  calls     INTEGER NOT NULL,
  last_ms   INTEGER NOT NULL,           -- time of the newest of them
  bytes     INTEGER NOT NULL,           -- of `packed`
  size      INTEGER NOT NULL,           -- of what was packed
  ids       BLOB    NOT NULL,           -- the first four bytes of each RequestId
  packed    BLOB    NOT NULL,
  PRIMARY KEY (last_call, known)
);
CREATE INDEX call_block_by_kind ON call_block (known, last_call, calls, bytes);

-- The call that asked for a single send or a task. Empty for those from before.
ALTER TABLE send ADD COLUMN call_request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN call_credential TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN call_client     TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_credential TEXT NOT NULL DEFAULT '';
ALTER TABLE send_task ADD COLUMN call_client     TEXT NOT NULL DEFAULT '';
