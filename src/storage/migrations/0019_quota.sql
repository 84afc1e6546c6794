-- Mails that count against the daily quota of a sender domain, by Beijing day (days since 1970-01-01). Written only while
-- there is a quota, in the transaction that accepts a mail or lets recipients of a run through.
CREATE TABLE domain_day (
  account_id INTEGER NOT NULL,
  region TEXT NOT NULL,
  domain TEXT NOT NULL,
  day INTEGER NOT NULL,
  mails INTEGER NOT NULL,
  PRIMARY KEY (account_id, region, domain, day)
) WITHOUT ROWID;
