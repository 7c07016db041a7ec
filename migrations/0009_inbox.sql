-- The inbox: pictures of nobody enrolled, kept with their bytes until they are given a name or discarded.
--
-- Times are milliseconds since 1970 (UTC). Vectors are stored as those of images are.

CREATE TABLE unknowns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    format TEXT NOT NULL,
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE unknown_files (
    unknown INTEGER PRIMARY KEY REFERENCES unknowns (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL                         -- the original file, byte for byte
) STRICT;

-- One vector per picture and model, made when the inbox is looked at.
CREATE TABLE unknown_embeddings (
    unknown INTEGER NOT NULL REFERENCES unknowns (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    PRIMARY KEY (unknown, model)
) STRICT;
