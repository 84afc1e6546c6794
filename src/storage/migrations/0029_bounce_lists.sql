-- An account lists the bounces of its own mail only.
CREATE INDEX hard_bounce_by_scope ON hard_bounce (account_id, region, bounced_ms);

-- Domains that were looked up by a clock that was ahead.
CREATE INDEX sender_domain_by_look_up ON sender_domain (checked_ms);
