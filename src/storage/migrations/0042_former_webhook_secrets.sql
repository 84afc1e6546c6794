-- The secret that a webhook had before its last renewal signs beside the new one until its receiver had time to change over.
ALTER TABLE webhook ADD COLUMN former_sealed_secret BLOB;
ALTER TABLE webhook ADD COLUMN former_until_ms INTEGER NOT NULL DEFAULT 0;  -- 0: the secret was never renewed
