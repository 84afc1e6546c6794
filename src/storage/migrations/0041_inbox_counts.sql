-- How many mails the sandbox inbox has for an account, so that its limit costs nothing to check.
CREATE TABLE inbox_count (
  account_id INTEGER NOT NULL,
  region     TEXT    NOT NULL,
  mails      INTEGER NOT NULL,
  PRIMARY KEY (account_id, region)
);
INSERT INTO inbox_count (account_id, region, mails)
SELECT account_id, region, count(*) FROM inbox_mail GROUP BY account_id, region;
