-- Classifiers trained on a fixed cast, which answer beside the prototypes, and the jobs that make them of what is enrolled.
--
-- Times are milliseconds since 1970 (UTC). Bytes live in a table of their own, as models' do.

CREATE TABLE classifiers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,              -- SHA-256 of the file, hexadecimal
    name TEXT NOT NULL UNIQUE,
    architecture TEXT NOT NULL,
    classes TEXT NOT NULL,                      -- JSON: a list of names, in the order of the classifier's answers
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    metadata TEXT NOT NULL,                     -- JSON
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE classifier_files (
    classifier INTEGER PRIMARY KEY REFERENCES classifiers (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;

-- Whether a job trains on the pictures in this registry, and what its owner should know: JSON, a list of sentences.
ALTER TABLE jobs ADD COLUMN from_registry INTEGER NOT NULL DEFAULT 0 CHECK (from_registry IN (0, 1));
ALTER TABLE jobs ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
