-- Jobs that work on what is enrolled have a result and the code of an error. A caller's key makes a repeated request the same job.

ALTER TABLE jobs ADD COLUMN error_code TEXT;    -- of the API; null unless such work failed
ALTER TABLE jobs ADD COLUMN result TEXT;        -- JSON; null unless such work has finished

CREATE TABLE job_keys (
    asked_by TEXT NOT NULL,                     -- the caller, as in the audit log
    key TEXT NOT NULL,                          -- the header Idempotency-Key
    request TEXT NOT NULL,                      -- SHA-256 of the request's method, target and body, in hexadecimal
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (asked_by, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_keys_by_job ON job_keys (job);

-- Only trainings make something with the job's name.
DROP INDEX jobs_open;
CREATE UNIQUE INDEX jobs_open ON jobs (name)
    WHERE state IN ('queued', 'running') AND kind IN ('meta-train', 'pretrain', 'transfer-train');
