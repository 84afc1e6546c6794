-- Message rows are asked for by day, at any offset, and by recipient or MessageId. Indexes on those two would be written
-- all over with every mail; pages of a thousand rows in the order of their coming, each with a filter, cost two numbers
-- and a few bytes a row.

-- Of a run each recipient has one row, whatever is repeated after a fault.
DELETE FROM message WHERE kind = 0 AND id NOT IN (SELECT min(id) FROM message WHERE kind = 0 GROUP BY parent_id, ordinal);
CREATE UNIQUE INDEX message_by_key ON message (parent_id, ordinal, kind);

DROP INDEX message_by_day;
CREATE INDEX message_by_day ON message (account_id, region, request_day);

CREATE TABLE message_page (
  id           INTEGER PRIMARY KEY,
  account_id   INTEGER NOT NULL,
  region       TEXT    NOT NULL,
  request_day  INTEGER NOT NULL,
  number       INTEGER NOT NULL,          -- 0, 1, 2, ... of the account, region and day
  first_row_id INTEGER NOT NULL,          -- of table message
  rows         INTEGER NOT NULL,          -- 1000 in all but the last
  keys         BLOB                       -- which MessageIds and recipients there may be; NULL: any
);
CREATE UNIQUE INDEX message_page_by_day ON message_page (account_id, region, request_day, number);

INSERT INTO message_page (account_id, region, request_day, number, first_row_id, rows)
SELECT account_id, region, request_day, (place - 1) / 1000, min(id), count(*)
FROM (SELECT id, account_id, region, request_day,
             row_number() OVER (PARTITION BY account_id, region, request_day ORDER BY id) AS place FROM message)
GROUP BY account_id, region, request_day, (place - 1) / 1000;
