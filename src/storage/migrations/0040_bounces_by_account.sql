-- The account that an entry of the automatic list belongs to (0: all of them). What a server said in the dialogue makes two
-- entries: one that all accounts heed and that tells nobody whose mail it was, and one of the account with the reply.
ALTER TABLE hard_bounce ADD COLUMN heard_by INTEGER NOT NULL DEFAULT 0;
UPDATE hard_bounce SET heard_by = account_id WHERE shared = 0;
DELETE FROM hard_bounce WHERE EXISTS (
  SELECT 1 FROM hard_bounce AS other
   WHERE other.hash = hard_bounce.hash AND other.canonical = hard_bounce.canonical
     AND other.heard_by = hard_bounce.heard_by
     AND (other.bounced_ms > hard_bounce.bounced_ms
          OR (other.bounced_ms = hard_bounce.bounced_ms AND other.id > hard_bounce.id)));
CREATE UNIQUE INDEX hard_bounce_by_address ON hard_bounce (hash, canonical, heard_by);
DROP INDEX hard_bounce_by_hash;
INSERT INTO hard_bounce (account_id, region, hash, canonical, address, reply, bounced_ms, heard_by)
SELECT account_id, region, hash, canonical, address, reply, bounced_ms, account_id
  FROM hard_bounce WHERE heard_by = 0
    ON CONFLICT (hash, canonical, heard_by) DO NOTHING;
UPDATE hard_bounce SET account_id = 0, region = '', address = canonical, reply = '' WHERE heard_by = 0;
ALTER TABLE hard_bounce DROP COLUMN shared;

-- Accounts that mail an address again although others heed its entry: bounces up to this time don't count for them.
CREATE TABLE hard_bounce_exemption (
  account_id INTEGER NOT NULL,
  hash       INTEGER NOT NULL,
  canonical  TEXT    NOT NULL,
  until_ms   INTEGER NOT NULL,
  PRIMARY KEY (account_id, hash, canonical)
);
CREATE INDEX hard_bounce_exemption_by_time ON hard_bounce_exemption (until_ms);
