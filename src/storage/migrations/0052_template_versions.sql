-- The versions of a template are shown: their numbers, sizes and authors.

ALTER TABLE template_version ADD COLUMN number INTEGER NOT NULL DEFAULT 0;    -- of the template, from 1
ALTER TABLE template_version ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;     -- of html and text
ALTER TABLE template_version ADD COLUMN author TEXT NOT NULL DEFAULT '';      -- a user's name, or a SecretId
ALTER TABLE template_version ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;  -- the number of the version it repeats

-- As with each new version from now on, the newest 50 of a template are kept, of 8 MiB in all, the newest in any
-- case. The window functions read each version once.
UPDATE template_version SET number = kept.place, bytes = kept.size FROM
  (SELECT id, place, size FROM
    (SELECT id, size, row_number() OVER (PARTITION BY template_id ORDER BY id) AS place,
            row_number() OVER (PARTITION BY template_id ORDER BY id DESC) AS age,
            sum(size) OVER (PARTITION BY template_id ORDER BY id DESC) AS sum_size FROM
      (SELECT id, template_id, length(CAST(html AS BLOB)) + length(CAST(text AS BLOB)) AS size
       FROM template_version) AS measured) AS placed
   WHERE age = 1 OR (age <= 50 AND sum_size <= 8 * 1024 * 1024)) AS kept
  WHERE kept.id = template_version.id;
DELETE FROM template_version WHERE number = 0;
CREATE UNIQUE INDEX template_version_number ON template_version (template_id, number);
