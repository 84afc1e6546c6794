-- The answers of the last 24 hours to calls with an idempotency key (cloudapi/idempotency.hpp).
CREATE TABLE idempotent_answer (
  id         INTEGER PRIMARY KEY,
  key        BLOB    NOT NULL UNIQUE,      -- digest of account, region and the caller's key
  request    BLOB    NOT NULL,             -- digest of the action and its parameters
  request_id BLOB    NOT NULL,             -- of the first call; a UUID's 16 bytes
  answer     TEXT    NOT NULL,             -- JSON object, without RequestId
  created_ms INTEGER NOT NULL
);
