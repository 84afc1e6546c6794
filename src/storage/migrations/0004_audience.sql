-- Recipient groups. A group is a sequence of blocks, not a row per recipient; beside it an index of hashes
-- that finds repeats. Ids that other tables or clients remember are never used again.

CREATE TABLE audience_installation (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  hash_seed INTEGER NOT NULL
);

CREATE TABLE audience_group (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id     INTEGER NOT NULL,
  region         TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  description    TEXT    NOT NULL,
  created_ms     INTEGER NOT NULL,
  deleted_ms     INTEGER,                     -- set: gone for readers, what it owns is being removed
  variable_names TEXT,                        -- JSON array, sorted; NULL until something is stored
  accepted       INTEGER NOT NULL DEFAULT 0,  -- recipients on disk: the next ordinal
  recipients     INTEGER NOT NULL DEFAULT 0,  -- of these, merged: ordinals below it are visible
  invalid        INTEGER NOT NULL DEFAULT 0,  -- of the merged
  queued_blocks  INTEGER NOT NULL DEFAULT 0   -- blocks that are not merged
);
CREATE UNIQUE INDEX audience_group_name ON audience_group (account_id, region, name) WHERE deleted_ms IS NULL;
CREATE INDEX audience_group_unmerged ON audience_group (id) WHERE recipients < accepted AND deleted_ms IS NULL;
CREATE INDEX audience_group_deleted ON audience_group (id) WHERE deleted_ms IS NOT NULL;

CREATE TABLE audience_block (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id         INTEGER NOT NULL,
  first_ordinal    INTEGER NOT NULL,
  count            INTEGER NOT NULL,
  invalid          INTEGER NOT NULL,
  raw_bytes        INTEGER NOT NULL,
  first_created_ms INTEGER NOT NULL,
  last_created_ms  INTEGER NOT NULL,
  bytes            BLOB    NOT NULL
);
CREATE UNIQUE INDEX audience_block_place ON audience_block (group_id, first_ordinal);

-- A sorted run of (hash, ordinal) pairs, in chunks of about one page.
CREATE TABLE audience_run (
  id            INTEGER PRIMARY KEY,
  group_id      INTEGER NOT NULL,
  level         INTEGER NOT NULL,
  first_ordinal INTEGER NOT NULL,
  entries       INTEGER NOT NULL,
  chunks        INTEGER NOT NULL,
  built_chunks  INTEGER NOT NULL,
  state         INTEGER NOT NULL,  -- 0 live, 1 being built from others, 2 to be removed
  merged_into   INTEGER            -- the run that is being built from this one
);
CREATE INDEX audience_run_group ON audience_run (group_id, first_ordinal);
CREATE INDEX audience_run_unfinished ON audience_run (state, id) WHERE state > 0;

CREATE TABLE audience_run_chunk (
  id      INTEGER PRIMARY KEY,  -- run id * 2^20 + number of the chunk
  entries BLOB NOT NULL
);
