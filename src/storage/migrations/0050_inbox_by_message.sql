-- A mail of the inbox is found by its MessageId, however many newer ones there are: ids follow the order of the
-- commits, not the times.
CREATE INDEX inbox_mail_by_message ON inbox_mail (message_id);
