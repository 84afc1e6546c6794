-- Recipients who do not want the mail of a sender domain any more, because they said so or because they complained. The
-- index answers for one recipient and one domain without reading what anybody else said.
CREATE TABLE unsubscribe (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id    INTEGER NOT NULL,
  region        TEXT    NOT NULL,
  sender_domain TEXT    NOT NULL,
  hash          INTEGER NOT NULL,          -- of the comparison key
  canonical     TEXT    NOT NULL,          -- as it is compared
  address       TEXT    NOT NULL,          -- as it was mailed
  reason        INTEGER NOT NULL,          -- 1 unsubscribed, 2 complained
  created_ms    INTEGER NOT NULL
);
CREATE INDEX unsubscribe_by_hash ON unsubscribe (hash, account_id, region, sender_domain);
CREATE INDEX unsubscribe_by_scope ON unsubscribe (account_id, region, id, sender_domain);
