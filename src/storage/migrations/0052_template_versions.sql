-- The versions of a template are shown: their numbers, sizes and authors.

ALTER TABLE template_version ADD COLUMN number INTEGER NOT NULL DEFAULT 0;    -- of the template, from 1
ALTER TABLE template_version ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;     -- of html and text
ALTER TABLE template_version ADD COLUMN who TEXT NOT NULL DEFAULT '';         -- a user's name, or a SecretId
ALTER TABLE template_version ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;  -- the number of the version it repeats

UPDATE template_version SET bytes = length(CAST(html AS BLOB)) + length(CAST(text AS BLOB)), number =
  (SELECT count(*) FROM template_version o WHERE o.template_id = template_version.template_id
   AND o.id <= template_version.id);
CREATE UNIQUE INDEX template_version_number ON template_version (template_id, number);
