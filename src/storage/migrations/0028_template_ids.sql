-- A template's number is kept by tasks that start later and by clients' code: that of a deleted one is never used again.
CREATE TABLE template_kept (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id    INTEGER NOT NULL REFERENCES account (id),
  region        TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  status        INTEGER NOT NULL,          -- 0 approved, 1 pending, 2 refused
  review_reason TEXT    NOT NULL,
  created_ms    INTEGER NOT NULL
);
INSERT INTO template_kept SELECT id, account_id, region, name, status, review_reason, created_ms FROM template;

-- The versions name their template: they step aside while its table is made anew.
CREATE TABLE template_version_kept AS SELECT * FROM template_version;
DELETE FROM template_version;
DROP TABLE template;
ALTER TABLE template_kept RENAME TO template;
CREATE INDEX template_by_scope ON template (account_id, region, id);
INSERT INTO template_version SELECT * FROM template_version_kept;
DROP TABLE template_version_kept;
