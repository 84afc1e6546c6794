-- People who use the web console (accounts/users.hpp). A name logs in without saying its account, so it is one of the
-- whole installation; `name_key` is the name in lower case.
CREATE TABLE console_user (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL REFERENCES account (id),
  name          TEXT    NOT NULL,
  name_key      TEXT    NOT NULL UNIQUE,
  role          INTEGER NOT NULL,           -- accounts::Role
  enabled       INTEGER NOT NULL,
  password_hash TEXT    NOT NULL,           -- empty: only a link logs in
  created_ms    INTEGER NOT NULL,
  login_ms      INTEGER NOT NULL DEFAULT 0  -- the last login; 0: none
);
CREATE INDEX console_user_by_account ON console_user (account_id, id);

-- Their sessions. Only a digest of the token that the browser holds is stored.
CREATE TABLE console_session (
  token_digest BLOB    NOT NULL PRIMARY KEY,
  account_id   INTEGER NOT NULL REFERENCES account (id),
  user_id      INTEGER NOT NULL REFERENCES console_user (id),
  created_ms   INTEGER NOT NULL,
  seen_ms      INTEGER NOT NULL,            -- to the minute
  proven_ms    INTEGER NOT NULL,            -- the last time the person proved who they are
  peer         TEXT    NOT NULL,
  agent        TEXT    NOT NULL
);
CREATE INDEX console_session_by_user ON console_session (user_id, created_ms);
CREATE INDEX console_session_by_age ON console_session (seen_ms);

-- Links that log in once. `user_id` 0: the link makes the first owner.
CREATE TABLE console_link (
  token_digest BLOB    NOT NULL PRIMARY KEY,
  user_id      INTEGER NOT NULL,
  expires_ms   INTEGER NOT NULL
);
