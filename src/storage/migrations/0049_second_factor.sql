-- A user's second factor (accounts/second_factor.hpp): codes of an app (RFC 6238), and ten that stand in when it is lost.
CREATE TABLE second_factor (
  user_id    INTEGER PRIMARY KEY REFERENCES console_user (id),
  secret     BLOB    NOT NULL,  -- sealed with the master key
  last_step  INTEGER NOT NULL,  -- of the last code that was taken: it and all before it are used up
  created_ms INTEGER NOT NULL
);
CREATE TABLE recovery_code (
  user_id INTEGER NOT NULL REFERENCES console_user (id),
  digest  BLOB    NOT NULL,
  PRIMARY KEY (user_id, digest)
);
