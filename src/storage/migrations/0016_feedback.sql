-- What became of the mail, counted by the day it was asked for (Beijing, as beijing_day() counts), its sender's domain
-- and its recipients' domain. The rows of recipient_domain '' hold the sums over all recipients' domains: a question
-- about any stretch of time reads one row a day and sender domain.
CREATE TABLE daily_volume (
  account_id       INTEGER NOT NULL,
  region           TEXT    NOT NULL,
  recipient_domain TEXT    NOT NULL,
  day              INTEGER NOT NULL,
  sender_domain    TEXT    NOT NULL,
  requested        INTEGER NOT NULL,
  accepted         INTEGER NOT NULL,
  delivered        INTEGER NOT NULL,
  bounced          INTEGER NOT NULL,
  opened           INTEGER NOT NULL,
  clicked          INTEGER NOT NULL,
  unsubscribed     INTEGER NOT NULL,
  complained       INTEGER NOT NULL,
  PRIMARY KEY (account_id, region, recipient_domain, day, sender_domain)
) WITHOUT ROWID;

-- The mail there was before. What stands behind the last @ is the domain.
INSERT INTO daily_volume
SELECT account_id, region, lower(replace(to_address, rtrim(to_address, replace(to_address, '@', '')), '')), request_day,
       lower(replace(from_address, rtrim(from_address, replace(from_address, '@', '')), '')), count(*),
       sum(kind = 1 OR deliver_status <> 2), sum(deliver_status = 1), sum(deliver_status = 3), 0, 0, 0, 0
FROM message GROUP BY 1, 2, 3, 4, 5;
INSERT INTO daily_volume
SELECT account_id, region, '', day, sender_domain, sum(requested), sum(accepted), sum(delivered), sum(bounced), 0, 0, 0, 0
FROM daily_volume GROUP BY account_id, region, day, sender_domain;

-- Recipients who reported a mail as unwanted.
CREATE TABLE complaint (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id     INTEGER NOT NULL,
  region         TEXT    NOT NULL,
  complained_ms  INTEGER NOT NULL,
  inserted_ms    INTEGER NOT NULL,
  delivered_ms   INTEGER NOT NULL,          -- 0: not known
  from_address   TEXT    NOT NULL,
  from_canonical TEXT    NOT NULL,          -- as it is compared
  from_domain    TEXT    NOT NULL,
  to_address     TEXT    NOT NULL,
  to_canonical   TEXT    NOT NULL,
  to_domain      TEXT    NOT NULL,
  source_ip      TEXT    NOT NULL,
  template_id    TEXT    NOT NULL,
  bulk_id        TEXT    NOT NULL,          -- the API's MessageId
  header_id      TEXT    NOT NULL,          -- the Message-ID header
  subject        TEXT    NOT NULL
);
CREATE INDEX complaint_by_time ON complaint (account_id, region, complained_ms);
