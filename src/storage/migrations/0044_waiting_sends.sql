-- The oldest single mail that waits, of those not begun and of those deferred.
CREATE INDEX message_waiting_send ON message (deliver_status) WHERE kind = 1 AND next_attempt_ms IS NOT NULL;
