-- What the DNS said about the records that a sender domain needs, and when to ask again.

ALTER TABLE sender_domain ADD COLUMN checked_ms INTEGER NOT NULL DEFAULT 0;     -- when the newest look-up began
ALTER TABLE sender_domain ADD COLUMN next_check_ms INTEGER NOT NULL DEFAULT 0;  -- 0: as soon as there is time

CREATE INDEX sender_domain_by_next_check ON sender_domain (next_check_ms);

-- The last definite answer for each record; no row while there was none.
CREATE TABLE sender_domain_record (
  account_id INTEGER NOT NULL REFERENCES account (id),
  domain_id  INTEGER NOT NULL REFERENCES sender_domain (id),
  kind       INTEGER NOT NULL,             -- 0 MX, 1 SPF, 2 DKIM 1024 bits, 3 DKIM 2048 bits, 4 DMARC
  value      TEXT    NOT NULL,             -- as found; empty: nothing is published
  matches    INTEGER NOT NULL,
  found_ms   INTEGER NOT NULL,
  PRIMARY KEY (domain_id, kind)
) WITHOUT ROWID;
