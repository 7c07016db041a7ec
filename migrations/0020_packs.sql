-- Cast packs: vectors of characters without the pictures that they were made of.
--
-- A vector of a pack is a row of `all_images` with a pack and without a file: its hash is that of the vector's bytes, its format is `vector`,
-- and it has its one vector in `embeddings`, of the model that the pack is for. Nothing can embed it again, so that vector is never removed
-- while the row is there. Times are milliseconds since 1970 (UTC).

CREATE TABLE packs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    name TEXT NOT NULL,                         -- as its maker named it; Unicode NFC; two packs may have the same
    model TEXT NOT NULL CHECK (length(model) = 64),     -- identity of the model that made its vectors
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),   -- of its manifest
    signer TEXT,                                -- whose signature was checked; null for none
    added_at INTEGER NOT NULL
) STRICT;

ALTER TABLE all_images ADD COLUMN pack INTEGER REFERENCES packs (id);   -- null for a picture
CREATE INDEX images_by_pack ON all_images (pack) WHERE pack IS NOT NULL;
CREATE INDEX pack_images_by_character ON all_images (character) WHERE pack IS NOT NULL AND trash IS NULL;

DROP VIEW images;
CREATE VIEW images AS
    SELECT id, character, sha256, format, byte_count, width, height, source, added_at, box, pack
    FROM all_images WHERE trash IS NULL;
