-- Who is not mailed. Look-ups go by a keyed hash of the comparison key, so that a list of any length is searched in an
-- index of numbers; the key itself is compared afterwards.

-- Addresses that do not exist, as their servers said. Shared by all accounts; account_id and region tell whose mail it
-- was that bounced last.
CREATE TABLE hard_bounce (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  region     TEXT    NOT NULL,
  hash       INTEGER NOT NULL,
  canonical  TEXT    NOT NULL,            -- as it is compared
  address    TEXT    NOT NULL,            -- as it was mailed
  reply      TEXT    NOT NULL,
  bounced_ms INTEGER NOT NULL
);
CREATE INDEX hard_bounce_by_hash ON hard_bounce (hash);
CREATE INDEX hard_bounce_by_time ON hard_bounce (bounced_ms);

-- Addresses that an account does not want to mail.
CREATE TABLE custom_block (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  region     TEXT    NOT NULL,
  hash       INTEGER NOT NULL,
  canonical  TEXT    NOT NULL,
  address    TEXT    NOT NULL,
  created_ms INTEGER NOT NULL,
  last_day   INTEGER                      -- the last Beijing day on which it counts; NULL: for ever
);
CREATE INDEX custom_block_by_hash ON custom_block (hash);
CREATE INDEX custom_block_by_scope ON custom_block (account_id, region, id, last_day);

-- How many rows custom_block has for an account, so that its limit costs nothing to check.
CREATE TABLE custom_block_count (
  account_id INTEGER NOT NULL,
  region     TEXT    NOT NULL,
  addresses  INTEGER NOT NULL,
  PRIMARY KEY (account_id, region)
) WITHOUT ROWID;

-- Recipients of a run whose address is fine but who were not to be mailed.
ALTER TABLE run ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
