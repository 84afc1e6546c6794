-- Tasks that start later or again and again. Times are milliseconds since the epoch, UTC.
-- The first start and the hours between two, as submitted; term_cycle 1 asks for one run only.
ALTER TABLE send_task ADD COLUMN begin_ms INTEGER;
ALTER TABLE send_task ADD COLUMN interval_hours INTEGER;
ALTER TABLE send_task ADD COLUMN term_cycle INTEGER NOT NULL DEFAULT 0;
-- The next start; NULL when none is to come. A start claims it: the same transaction stores the run and the time after.
ALTER TABLE send_task ADD COLUMN due_ms INTEGER;
-- Paused by a person; status is 6 then.
ALTER TABLE send_task ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
-- Paused by the daily quota until then; status is 6 then.
ALTER TABLE send_task ADD COLUMN resume_ms INTEGER;
CREATE INDEX send_task_due ON send_task (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX send_task_resume ON send_task (resume_ms) WHERE resume_ms IS NOT NULL;

-- What a later start needs beside the task's own columns: a mailing without its sender and the template's bodies. Goes
-- with the last start.
CREATE TABLE task_plan (
  task_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  app_id TEXT NOT NULL,
  mailing BLOB NOT NULL
);
