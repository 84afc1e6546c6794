-- A mail that says that an address does not exist may come from anybody who saw the mail it is about. It counts for the
-- account whose mail that was (0); what a server said while it was spoken to counts for all (1).
ALTER TABLE hard_bounce ADD COLUMN shared INTEGER NOT NULL DEFAULT 1;
