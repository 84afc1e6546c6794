-- What is told about a single mail long after its content is gone.
ALTER TABLE send ADD COLUMN app_id TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN subject TEXT NOT NULL DEFAULT '';          -- as submitted
ALTER TABLE send ADD COLUMN template_id INTEGER NOT NULL DEFAULT 0;    -- 0: none
ALTER TABLE send ADD COLUMN callback_headers TEXT NOT NULL DEFAULT '';  -- "Name: value" lines that events repeat
