-- Each table of an account's rows names the account. Answers that are there already expire within a day.
ALTER TABLE idempotent_answer ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
