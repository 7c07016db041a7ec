-- The registry: everything that cannot be recomputed, and the vectors derived from it.
--
-- Times are milliseconds since 1970 (UTC). Vectors are little-endian IEEE 754 float32, `models.dimensions` of them.
-- Bytes live in tables of their own, so that listing records never walks over megabytes.

CREATE TABLE characters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    name TEXT NOT NULL UNIQUE,                  -- Unicode NFC, compared byte for byte
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    character INTEGER NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    format TEXT NOT NULL,
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL,
    UNIQUE (character, sha256)                  -- the same bytes are stored once under a character
) STRICT;

CREATE INDEX images_by_character ON images (character);
CREATE INDEX images_by_sha256 ON images (sha256);

CREATE TABLE image_files (
    image INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL                         -- the original file, byte for byte
) STRICT;

CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,              -- SHA-256 of the model file, hexadecimal
    name TEXT NOT NULL UNIQUE,
    architecture TEXT NOT NULL,
    dimensions INTEGER NOT NULL CHECK (dimensions > 0),
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    metadata TEXT NOT NULL,                     -- JSON
    active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
    added_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX models_active ON models (active) WHERE active = 1;

CREATE TABLE model_files (
    model INTEGER PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;

-- One vector per image and model. Those of models that are not active are kept, so that a swap can be rolled back.
CREATE TABLE embeddings (
    image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    PRIMARY KEY (image, model)
) STRICT;

-- Prototypes exist for the active model only: for any other they would go stale with the next enrolment.
CREATE TABLE prototypes (
    character INTEGER NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    head TEXT NOT NULL,                         -- how supports become a prototype: 'mean'
    vector BLOB NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),   -- supports
    spread REAL NOT NULL,                       -- root mean squared distance of the supports to the prototype
    PRIMARY KEY (character, model, head)
) STRICT;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a change, written in the transaction of the change.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,                       -- 'character.create', 'image.remove', …
    subject TEXT NOT NULL,                      -- the name or number of what was changed
    detail TEXT NOT NULL                        -- JSON
) STRICT;
