-- Counting and paging an account's bounces read nothing but this: each row's `simulated` decides whether it is listed.
DROP INDEX hard_bounce_by_scope;
CREATE INDEX hard_bounce_by_scope ON hard_bounce (account_id, region, bounced_ms, id, simulated);
