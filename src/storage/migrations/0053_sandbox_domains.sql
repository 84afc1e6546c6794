-- A marked domain's mail goes into the sandbox inbox, whatever the delivery mode.
ALTER TABLE sender_domain ADD COLUMN sandbox INTEGER NOT NULL DEFAULT 0;
