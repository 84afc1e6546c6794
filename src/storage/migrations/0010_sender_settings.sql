-- What a sender address has besides its name: an SMTP password and how its mails offer to unsubscribe.

ALTER TABLE sender_address ADD COLUMN smtp_hash TEXT NOT NULL DEFAULT '';  -- argon2id; empty: no password

CREATE TABLE sender_unsubscribe (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  region     TEXT    NOT NULL,
  address_id INTEGER NOT NULL UNIQUE REFERENCES sender_address (id),
  language   TEXT    NOT NULL,             -- the API's number, '0' to '10'
  enabled    INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
);

CREATE INDEX sender_unsubscribe_by_scope ON sender_unsubscribe (account_id, region, id);

-- Whether mail of a sender domain is under way is asked before the domain is deleted.
CREATE INDEX run_under_way ON run (account_id, region, sender_domain) WHERE finished_ms IS NULL OR deferred > 0;
CREATE INDEX send_under_way ON send (account_id, region, sender_domain) WHERE mailing IS NOT NULL;
