-- Domains that may send, their signing keys, and the addresses at them.

CREATE TABLE sender_domain (
  id          INTEGER PRIMARY KEY,
  account_id  INTEGER NOT NULL REFERENCES account (id),
  region      TEXT    NOT NULL,
  name        TEXT    NOT NULL,            -- lower case, A-labels
  dkim_option INTEGER NOT NULL,            -- 0: 1024 bits, 1: 2048 bits, 2: both
  tags        TEXT    NOT NULL,            -- JSON array of [key, value]
  verified_ms INTEGER,                     -- NULL: not verified
  created_ms  INTEGER NOT NULL,
  UNIQUE (account_id, region, name)
);

CREATE INDEX sender_domain_by_name ON sender_domain (name);

-- Rows never change: a new key is a new row.
CREATE TABLE sender_domain_key (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  domain_id  INTEGER NOT NULL REFERENCES sender_domain (id),
  bits       INTEGER NOT NULL,
  selector   TEXT    NOT NULL,
  public_key TEXT    NOT NULL,             -- base64, as in the DNS record
  sealed_key BLOB    NOT NULL,             -- PEM, sealed for the context 'dkim:' || public_key
  created_ms INTEGER NOT NULL,
  UNIQUE (domain_id, bits)
);

CREATE TABLE sender_address (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  region     TEXT    NOT NULL,
  domain_id  INTEGER NOT NULL REFERENCES sender_domain (id),
  address    TEXT    NOT NULL,             -- as it was given
  canonical  TEXT    NOT NULL,             -- as it is compared
  alias      TEXT    NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (account_id, region, canonical)
);

CREATE INDEX sender_address_by_domain ON sender_address (domain_id);
