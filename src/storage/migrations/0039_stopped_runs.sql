-- 1: the run was stopped or has failed, so its mail that waits for another attempt is dropped. An older run of the same task
-- may be healthy.
ALTER TABLE run ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
UPDATE run SET stopped = 1 WHERE deferred > 0 AND EXISTS (SELECT 1 FROM send_task t WHERE t.task_id = run.task_id AND
  t.status = 7 AND (run.open > 0 OR t.error LIKE 'stopped on request%'));
