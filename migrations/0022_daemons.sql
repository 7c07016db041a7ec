-- What changed of what answers rest on. A transaction that makes such changes has the next revision, and daemons bring their memory up to date by
-- them. The newest are kept.
CREATE TABLE changes (
    revision INTEGER NOT NULL,
    number INTEGER NOT NULL,                    -- within the revision, from 0
    kind TEXT NOT NULL,
    character INTEGER,                          -- of kind 'character'
    PRIMARY KEY (revision, number)
) STRICT, WITHOUT ROWID;

-- The daemons that serve a database on a server. One that was not seen for a time counts as gone.
CREATE TABLE daemons (
    id TEXT PRIMARY KEY,                        -- of its data directory
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,                -- by the clock of the database, as seen_at
    seen_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,                  -- that its memory shows
    prepared TEXT                               -- identity of the model that it has loaded to answer with next
) STRICT, WITHOUT ROWID;

-- The model that is about to answer: every daemon loads it before it becomes the active one.
CREATE TABLE proposed_models (
    place INTEGER PRIMARY KEY CHECK (place = 1),
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE
) STRICT;

-- The links that open a session of a browser once. Whichever daemon the browser reaches knows them.
CREATE TABLE login_links (
    sha256 TEXT PRIMARY KEY,                    -- of the link's secret
    uid INTEGER NOT NULL,
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL,                -- of the session
    ends_at INTEGER NOT NULL                    -- of the link
) STRICT, WITHOUT ROWID;

ALTER TABLE jobs ADD COLUMN owner TEXT;                         -- the daemon that works on it, or did last
ALTER TABLE jobs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;   -- how often it was taken: a former owner's writes are refused
