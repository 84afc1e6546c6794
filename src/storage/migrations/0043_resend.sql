-- Tasks that mail some recipients of an ended one again (campaigns/resend.hpp).
-- The task, its run, and the states of the recipients who are mailed, as bits; NULL: the task mails its whole group.
ALTER TABLE send_task ADD COLUMN origin_task_id INTEGER;
ALTER TABLE send_task ADD COLUMN origin_run_id INTEGER;
ALTER TABLE send_task ADD COLUMN origin_states INTEGER;
-- The first task of those that were made from one another; NULL: the task was made from none.
ALTER TABLE send_task ADD COLUMN family_task_id INTEGER;
CREATE INDEX send_task_by_family ON send_task (family_task_id) WHERE family_task_id IS NOT NULL;
-- Recipients below `bound` who do not belong to the run.
ALTER TABLE run ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;
