-- What was ordered while the server was in mode sandbox never leaves, whatever its mode is later.
ALTER TABLE send_task ADD COLUMN sandboxed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN sandboxed INTEGER NOT NULL DEFAULT 0;

-- The mode in which the program last ran on this data; no row: not known.
CREATE TABLE delivery_mode (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sandbox INTEGER NOT NULL,
  since_ms INTEGER NOT NULL  -- when it began to run so; 0: when the mode before is not known
);
