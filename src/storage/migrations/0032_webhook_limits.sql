-- What keeps webhooks within their limits: how much history each has, which of them have events to tell, and what
-- a deleted one leaves to be removed a little at a time.
ALTER TABLE webhook ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;  -- events accepted or given up that are kept
UPDATE webhook
   SET ended = (SELECT count(*) FROM webhook_event WHERE webhook_id = webhook.id AND state > 0);
CREATE INDEX webhook_with_waiting ON webhook (id) WHERE waiting > 0;

-- Webhooks that were deleted and may have left events.
CREATE TABLE webhook_leftover (
  webhook_id INTEGER PRIMARY KEY
);

CREATE INDEX webhook_event_ended ON webhook_event (webhook_id, state, queued_ms) WHERE state > 0;
