-- Several accounts, and several credentials of one, each with what it may call. The first account manages the others.
ALTER TABLE account ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN administers INTEGER NOT NULL DEFAULT 0;
UPDATE account SET administers = 1 WHERE id = (SELECT min(id) FROM account);

ALTER TABLE credential ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- 'all', 'read-only', or 'list:' and the names of actions with commas.
ALTER TABLE credential ADD COLUMN permissions TEXT NOT NULL DEFAULT 'all';
