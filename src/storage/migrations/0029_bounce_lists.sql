-- An account lists the bounces of its own mail only.
CREATE INDEX hard_bounce_by_scope ON hard_bounce (account_id, region, bounced_ms);
