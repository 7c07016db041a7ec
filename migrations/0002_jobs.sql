-- Jobs: long work that the daemon has a child process do. What a run writes lies beside the database, in `jobs/<id>`.
--
-- Times are milliseconds since 1970 (UTC).

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log and a folder refer to it
    kind TEXT NOT NULL,                         -- the command that is run: 'meta-train', 'pretrain'
    name TEXT NOT NULL,                         -- what its model is to be called
    arguments TEXT NOT NULL,                    -- JSON: a list of texts
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    created_at INTEGER NOT NULL,
    started_at INTEGER,                         -- first, if it was resumed
    ended_at INTEGER,
    progress TEXT,                              -- JSON: the last line of its events
    error TEXT,                                 -- why it failed
    model TEXT                                  -- identity of the model it made, which may be removed later
) STRICT;

-- Two jobs under way never make models of one name.
CREATE UNIQUE INDEX jobs_open ON jobs (name) WHERE state IN ('queued', 'running');
