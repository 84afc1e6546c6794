-- Accounts and their credentials. Every later table carries account_id.

CREATE TABLE account (
  id         INTEGER PRIMARY KEY,
  app_id     INTEGER NOT NULL UNIQUE,   -- the account's public number, ten digits
  created_ms INTEGER NOT NULL
);

CREATE TABLE credential (
  secret_id  TEXT    NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  sealed_key BLOB    NOT NULL,          -- sealed for the context 'credential:' || secret_id
  enabled    INTEGER NOT NULL DEFAULT 1,
  created_ms INTEGER NOT NULL
);

CREATE INDEX credential_by_account ON credential (account_id);
