-- The MTA-STS policies of destinations (RFC 8461), so that a restart forgets none: docs/decisions/0057.
CREATE TABLE sts_policy (
  destination TEXT PRIMARY KEY NOT NULL,  -- the domain of the recipients
  policy_id TEXT NOT NULL,                -- of the TXT record when it was fetched
  mode INTEGER NOT NULL,                  -- 0 none, 1 testing, 2 enforce
  mx TEXT NOT NULL,                       -- names of hosts, one a line; '*.' at the beginning: any one label
  max_age_s INTEGER NOT NULL,
  fetched_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sts_policy_by_fetch ON sts_policy (fetched_ms);
CREATE INDEX sts_policy_by_end ON sts_policy (expires_ms);
