-- One row per (message, recipient): what may be asked about one mail. A row of a run appears with its first outcome,
-- a row of a send with the send itself. Rows are appended; their order is the order of the answer to a query.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  kind INTEGER NOT NULL,              -- 0 of a run, 1 of a send
  parent_id INTEGER NOT NULL,         -- the run or the send
  ordinal INTEGER NOT NULL,           -- which recipient of it
  message_id TEXT NOT NULL,           -- the API's MessageId
  from_address TEXT NOT NULL,
  to_address TEXT NOT NULL,
  request_day INTEGER NOT NULL,       -- day of requested_ms in Beijing, counted from 1970-01-01
  requested_ms INTEGER NOT NULL,
  send_status INTEGER NOT NULL DEFAULT 0,
  deliver_status INTEGER NOT NULL DEFAULT 0,  -- 0 waiting, 1 delivered, 2 dropped, 3 refused, 8 deferred
  deliver_text TEXT NOT NULL DEFAULT '',
  delivered_ms INTEGER NOT NULL DEFAULT 0,    -- 0 until delivered
  attempts INTEGER NOT NULL DEFAULT 0,
  uncertain INTEGER NOT NULL DEFAULT 0,       -- attempts that ended without an answer after the last byte
  next_attempt_ms INTEGER,                    -- NULL once nothing is left to do
  opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  complained INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX message_by_day ON message (account_id, request_day);
CREATE INDEX message_due ON message (next_attempt_ms) WHERE next_attempt_ms IS NOT NULL;
-- Only sends hand their MessageId to a caller. Runs are left out: their ids are in no order, so that keeping them
-- sorted would cost more than all the rest of the row.
CREATE INDEX message_by_message_id ON message (message_id) WHERE kind = 1;

-- The sandbox: mail that was composed and signed but did not leave.
CREATE TABLE inbox_mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  message_id TEXT NOT NULL,
  from_address TEXT NOT NULL,
  to_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  packed BLOB NOT NULL                -- the mail, compressed with zstd
);
CREATE INDEX inbox_mail_by_scope ON inbox_mail (account_id, region);
