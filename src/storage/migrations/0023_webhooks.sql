-- Where events are told: one URL for an account, and one for each sender address that has its own.
CREATE TABLE webhook (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id    INTEGER NOT NULL,
  region        TEXT    NOT NULL,
  canonical     TEXT    NOT NULL,            -- the sender address as it is compared; empty: all senders
  address       TEXT    NOT NULL,            -- as given
  url           TEXT    NOT NULL,
  events        INTEGER NOT NULL,            -- a bit for each kind that is told
  enabled       INTEGER NOT NULL,
  sealed_secret BLOB    NOT NULL,            -- sealed for the context 'webhook:' || account || region || canonical
  waiting       INTEGER NOT NULL DEFAULT 0,  -- events that are still to be told
  created_ms    INTEGER NOT NULL,
  UNIQUE (account_id, region, canonical)
);

-- Events on their way, then their history. The id is told with the event and never used again.
CREATE TABLE webhook_event (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id      INTEGER NOT NULL,
  region          TEXT    NOT NULL,
  webhook_id      INTEGER NOT NULL,
  kind            INTEGER NOT NULL,
  state           INTEGER NOT NULL DEFAULT 0,  -- 0 waiting, 1 accepted, 2 given up
  attempts        INTEGER NOT NULL DEFAULT 0,
  queued_ms       INTEGER NOT NULL,            -- or asked for again
  next_attempt_ms INTEGER NOT NULL,
  answer          TEXT    NOT NULL DEFAULT '', -- to the last attempt
  body            TEXT    NOT NULL
);
CREATE INDEX webhook_event_due ON webhook_event (webhook_id, next_attempt_ms) WHERE state = 0;
CREATE INDEX webhook_event_by_webhook ON webhook_event (webhook_id, id);
