-- Whether opens and clicks are followed. NULL: as the level above says, which is the account's row for a sender
-- address, and the server's settings for the account.
CREATE TABLE tracking_setting (
  account_id INTEGER NOT NULL,
  region     TEXT    NOT NULL,
  address_id INTEGER NOT NULL,             -- of sender_address; 0: all senders of the account in the region
  opens      INTEGER,
  clicks     INTEGER,
  PRIMARY KEY (account_id, region, address_id)
) WITHOUT ROWID;

-- What scanners and prefetchers did; in none of the other numbers.
ALTER TABLE daily_volume ADD COLUMN machine_opened  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_volume ADD COLUMN machine_clicked INTEGER NOT NULL DEFAULT 0;
