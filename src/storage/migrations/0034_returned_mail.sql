-- Mail that came back about mail that was sent: the evidence, and what it did. Bounded in number, age and size
-- (feedback/evidence.hpp).
CREATE TABLE returned_mail (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id       INTEGER NOT NULL,    -- 0: no mail was found that it is about
  region           TEXT    NOT NULL,
  received_ms      INTEGER NOT NULL,
  mail_kind        INTEGER,             -- with the next two: as in table message; NULL: no mail was found
  parent_id        INTEGER,
  ordinal          INTEGER,
  message_id       TEXT    NOT NULL,    -- the API's MessageId
  to_address       TEXT    NOT NULL,    -- whom the sent mail was for
  to_canonical     TEXT    NOT NULL,    -- as it is compared
  reported_address TEXT    NOT NULL,    -- whom the report names
  class            TEXT    NOT NULL,    -- as name_of(BounceClass) writes it
  status           TEXT    NOT NULL,
  reply_code       TEXT    NOT NULL,
  reason           TEXT    NOT NULL,    -- the words that decided
  effect           INTEGER NOT NULL,    -- feedback::ReturnEffect
  envelope_from    TEXT    NOT NULL,
  envelope_to      TEXT    NOT NULL,
  peer_address     TEXT    NOT NULL,
  size_bytes       INTEGER NOT NULL,    -- as it came
  kept_bytes       INTEGER NOT NULL,    -- of these, from the front
  packed           BLOB    NOT NULL     -- zstd
);
CREATE INDEX returned_mail_by_account ON returned_mail (account_id, region, id);
CREATE INDEX returned_mail_by_mail ON returned_mail (parent_id, ordinal, mail_kind) WHERE parent_id IS NOT NULL;
CREATE INDEX returned_mail_by_message ON returned_mail (account_id, region, message_id);
