-- Where mail went. Hosts are few beside mails, so a mail's row names the one of its last attempt by its number.
CREATE TABLE delivery_host (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL                      -- 'mx.example[192.0.2.7]:25', 'sandbox'
);
CREATE UNIQUE INDEX delivery_host_by_name ON delivery_host (name);

ALTER TABLE message ADD COLUMN source_id INTEGER NOT NULL DEFAULT 0;  -- our address; 0: the machine's own
ALTER TABLE message ADD COLUMN host_id INTEGER NOT NULL DEFAULT 0;    -- 0: not tried, or before this column
ALTER TABLE message ADD COLUMN tls INTEGER NOT NULL DEFAULT 0;        -- 0 unknown, 1 clear, 2 opportunistic, 3 verified

-- Attempts, but for that of a mail which was delivered at the first try: its own row has all there is to tell.
CREATE TABLE attempt (
  account_id INTEGER NOT NULL,
  row_id INTEGER NOT NULL,                -- message.id; deleted with it
  number INTEGER NOT NULL,                -- from 1, as message.attempts counts
  at_ms INTEGER NOT NULL,                 -- when it had ended
  source_id INTEGER NOT NULL,
  host TEXT NOT NULL,                     -- '': no server was asked
  stage INTEGER NOT NULL,                 -- of the dialogue, where it ended: 0 connect to 9 dot
  code INTEGER NOT NULL,                  -- of the reply; 0: none
  text TEXT NOT NULL,                     -- the reply, or our own reason
  tls INTEGER NOT NULL,
  ms INTEGER NOT NULL,                    -- how long the dialogue about this mail took
  PRIMARY KEY (row_id, number)
) WITHOUT ROWID;
