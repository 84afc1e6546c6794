-- Imports: recipients that came from one file, with what became of each of its rows, so that they can be
-- removed again. A removed recipient keeps its place in the group without address and data.

ALTER TABLE audience_group ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;   -- of the merged: removed
ALTER TABLE audience_group ADD COLUMN undoing INTEGER NOT NULL DEFAULT 0;  -- imports that are being undone
ALTER TABLE audience_block ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;   -- of `count`; not of `invalid`
ALTER TABLE run ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;             -- below `bound`, before it began

CREATE TABLE audience_import (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id    INTEGER NOT NULL,
  region        TEXT    NOT NULL,
  group_id      INTEGER NOT NULL,
  file_name     TEXT    NOT NULL,
  file_bytes    INTEGER NOT NULL,
  author        TEXT    NOT NULL,            -- a user's name, or a SecretId
  client_token  TEXT    NOT NULL,            -- by which a repeated first call finds it; empty: none
  leave_out     INTEGER NOT NULL,            -- malformed addresses are not stored
  state         INTEGER NOT NULL,            -- audience::ImportState
  created_ms    INTEGER NOT NULL,
  changed_ms    INTEGER NOT NULL,            -- the last part
  parts         INTEGER NOT NULL DEFAULT 0,  -- parts on disk, numbered from 1
  total         INTEGER NOT NULL DEFAULT 0,  -- rows; the sum of the next six
  valid         INTEGER NOT NULL DEFAULT 0,
  invalid       INTEGER NOT NULL DEFAULT 0,
  too_long      INTEGER NOT NULL DEFAULT 0,
  empty         INTEGER NOT NULL DEFAULT 0,
  repeat        INTEGER NOT NULL DEFAULT 0,
  refused       INTEGER NOT NULL DEFAULT 0,  -- for their template data
  added         INTEGER NOT NULL DEFAULT 0,  -- recipients stored
  verdict_bytes INTEGER NOT NULL DEFAULT 0,  -- of the verdicts of all parts
  undo_part     INTEGER NOT NULL DEFAULT 0,  -- the part that the undoing has come to
  undo_at       INTEGER NOT NULL DEFAULT 0,  -- the ordinal that it goes on with
  removed       INTEGER NOT NULL DEFAULT 0   -- recipients removed by it
);
CREATE UNIQUE INDEX audience_import_token ON audience_import (account_id, region, client_token)
  WHERE client_token <> '' AND state < 5;
CREATE INDEX audience_import_group ON audience_import (group_id, id);
CREATE INDEX audience_import_scope ON audience_import (account_id, region, id);
CREATE INDEX audience_import_age ON audience_import (changed_ms);
CREATE INDEX audience_import_work ON audience_import (state, id) WHERE state >= 4;

CREATE TABLE audience_import_part (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL,
  import_id     INTEGER NOT NULL,
  part          INTEGER NOT NULL,
  first_line    INTEGER NOT NULL,  -- of the file
  rows          INTEGER NOT NULL,
  first_ordinal INTEGER NOT NULL,  -- of its recipients, who follow each other
  added         INTEGER NOT NULL,
  digest        INTEGER NOT NULL,  -- of the rows as they were sent: a repeated part is known by it
  verdicts      BLOB               -- NULL when every row was stored and is valid
);
CREATE UNIQUE INDEX audience_import_part_place ON audience_import_part (import_id, part);
