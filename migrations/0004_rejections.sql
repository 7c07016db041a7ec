-- What the owner said a picture is not: "not this character". The picture is kept with its bytes, so that another model can embed it.
--
-- Times are milliseconds since 1970 (UTC). Vectors are stored as those of images are.

CREATE TABLE rejections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    character INTEGER NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL,
    UNIQUE (character, sha256)                  -- a picture is rejected once for a character
) STRICT;

CREATE TABLE rejection_files (
    rejection INTEGER PRIMARY KEY REFERENCES rejections (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL                         -- the original file, byte for byte
) STRICT;

-- One vector per rejection and model, as with images.
CREATE TABLE rejection_embeddings (
    rejection INTEGER NOT NULL REFERENCES rejections (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    PRIMARY KEY (rejection, model)
) STRICT;
