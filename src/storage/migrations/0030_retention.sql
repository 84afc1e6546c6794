-- What is over is removed after a time.
ALTER TABLE run ADD COLUMN ledger_kept INTEGER NOT NULL DEFAULT 1;

CREATE INDEX run_with_mailing ON run (finished_ms) WHERE finished_ms IS NOT NULL AND length(mailing) > 0;
CREATE INDEX run_with_ledger ON run (finished_ms) WHERE finished_ms IS NOT NULL AND ledger_kept = 1;
