-- Send tasks, their runs, the ledger, and single sends. Times are milliseconds since the epoch, UTC.

CREATE TABLE send_task (
  task_id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  group_name TEXT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  template_id INTEGER NOT NULL,
  template_data TEXT NOT NULL,
  task_type INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
);
CREATE INDEX send_task_by_account ON send_task (account_id, region, task_id);
CREATE INDEX send_task_by_group ON send_task (group_id, status);

-- One execution of a task. `mailing` is a snapshot of what is mailed; `bound` is one past the last ordinal mailed.
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  group_id INTEGER NOT NULL,
  bound INTEGER NOT NULL,
  mailing BLOB NOT NULL,
  sender_domain TEXT NOT NULL,
  template_data TEXT NOT NULL,
  app_id TEXT NOT NULL,
  id_key BLOB NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  open INTEGER NOT NULL,
  requested INTEGER NOT NULL,
  delivered INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  deferred INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX run_by_task ON run (task_id);
CREATE INDEX run_by_group ON run (group_id);
CREATE INDEX run_unfinished ON run (finished_ms) WHERE finished_ms IS NULL;

-- The ledger: an outcome (one byte) for each recipient of a block; NULL while nobody has one.
CREATE TABLE run_block (
  run_id INTEGER NOT NULL,
  first_ordinal INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  open INTEGER NOT NULL,
  outcomes BLOB,
  PRIMARY KEY (run_id, first_ordinal)
) WITHOUT ROWID;

-- One SendEmail call. The mailing is dropped once every envelope has its final outcome.
CREATE TABLE send (
  send_id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  message_id TEXT NOT NULL,
  header_id TEXT NOT NULL,
  template_data TEXT NOT NULL,
  sender_domain TEXT NOT NULL,
  from_address TEXT NOT NULL,
  to_list TEXT NOT NULL,
  cc_list TEXT NOT NULL,
  bcc_list TEXT NOT NULL,
  open INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  mailing BLOB
);
