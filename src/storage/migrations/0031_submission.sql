-- Mail that is submitted by SMTP: who may log in as a sender address, and whom a mail's header names.

-- A login names an address only; it may exist in several accounts and regions.
CREATE INDEX sender_address_by_login ON sender_address (canonical) WHERE smtp_hash <> '';

-- Whom To and Cc show, when those are not the ones who are mailed; a line each: 't' or 'c', the address, a tab,
-- the name.
ALTER TABLE send ADD COLUMN addressees TEXT;
