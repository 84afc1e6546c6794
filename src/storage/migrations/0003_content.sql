-- Templates. Their content is kept as versions that never change, so that what was accepted can be mailed as it was.

CREATE TABLE template (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL REFERENCES account (id),
  region        TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  status        INTEGER NOT NULL,          -- 0 approved, 1 pending, 2 refused
  review_reason TEXT    NOT NULL,
  created_ms    INTEGER NOT NULL
);

CREATE INDEX template_by_scope ON template (account_id, region, id);

-- The newest version of a template is the one with the highest id.
CREATE TABLE template_version (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  template_id INTEGER NOT NULL REFERENCES template (id),
  html        TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  created_ms  INTEGER NOT NULL
);

CREATE INDEX template_version_by_template ON template_version (template_id, id);
