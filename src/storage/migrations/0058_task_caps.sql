-- How fast the mail of a task's runs may begin; 0: no cap.
ALTER TABLE send_task ADD COLUMN mails_per_hour INTEGER NOT NULL DEFAULT 0;
ALTER TABLE send_task ADD COLUMN mails_per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE send_task ADD COLUMN spread_hours INTEGER NOT NULL DEFAULT 0;
-- The recipients that spread_hours spreads, where it was set while the run was under way; NULL: requested.
ALTER TABLE run ADD COLUMN spread_of INTEGER;
