-- What the replies of servers taught about a path: how fast its mail may go, and until when it is held. 0: nothing learned.
CREATE TABLE path_memory (
  path TEXT PRIMARY KEY,                    -- 'provider gmail'; 'site ' and the key of its servers; either ' from ' a sender's domain
  mails_per_hour INTEGER NOT NULL,
  connections INTEGER NOT NULL,
  messages_per_connection INTEGER NOT NULL,
  messages_until_ms INTEGER NOT NULL,       -- the end of messages_per_connection
  held_since_ms INTEGER NOT NULL,
  hold_began_ms INTEGER NOT NULL,           -- the newest one
  held_until_ms INTEGER NOT NULL,
  paused_until_ms INTEGER NOT NULL,         -- by a server's words, or since it refuses everything
  holds INTEGER NOT NULL,                   -- one after another
  rule TEXT NOT NULL,                       -- of the newest hold or cut; '': the reply's code decided
  reply TEXT NOT NULL,
  updated_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX path_memory_by_update ON path_memory (updated_ms);
