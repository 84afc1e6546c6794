-- Entries that somebody simulated for a mail in the sandbox inbox: they keep only mail into the sandbox.
ALTER TABLE hard_bounce ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE unsubscribe ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;
