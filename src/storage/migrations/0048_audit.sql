-- Who changed what, and who came in (accounts/audit_log.hpp). Each day in Beijing has a chain of its own: a digest covers
-- the entry and the digest before it.
CREATE TABLE audit_entry (
  id               INTEGER PRIMARY KEY,
  day              INTEGER NOT NULL,  -- days since 1970-01-01
  number           INTEGER NOT NULL,  -- place in the day's chain, from 1
  at_ms            INTEGER NOT NULL,
  account_id       INTEGER NOT NULL REFERENCES account (id),
  actor_account_id INTEGER NOT NULL,  -- 0: nobody that is known
  actor_kind       INTEGER NOT NULL,  -- accounts::ActorKind
  actor            TEXT    NOT NULL,
  client           TEXT    NOT NULL,
  peer             TEXT    NOT NULL,
  action           TEXT    NOT NULL,
  target           TEXT    NOT NULL,
  code             TEXT    NOT NULL,
  request_id       TEXT    NOT NULL,
  count            INTEGER NOT NULL,
  digest           BLOB    NOT NULL
);
CREATE UNIQUE INDEX audit_entry_by_day ON audit_entry (day, number);
CREATE INDEX audit_entry_by_account ON audit_entry (account_id, id);
-- What members of one account did in another.
CREATE INDEX audit_entry_abroad ON audit_entry (actor_account_id, id) WHERE actor_account_id <> account_id;

-- The end of each day's chain, sealed, so that its last entries cannot vanish.
CREATE TABLE audit_day (
  day          INTEGER PRIMARY KEY,
  previous_day INTEGER NOT NULL,      -- the one that was begun before it; -1: none, -2: something was removed
  entries      INTEGER NOT NULL,
  last_digest  BLOB    NOT NULL,
  seal         BLOB    NOT NULL
);

-- The two ends of the log, sealed, so that no whole days vanish there.
CREATE TABLE audit_mark (
  place INTEGER PRIMARY KEY,          -- 1: the day that was begun last; 2: earlier days were deleted for their age
  day   INTEGER NOT NULL,
  seal  BLOB    NOT NULL
);
