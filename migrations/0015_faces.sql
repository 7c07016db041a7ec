-- Faces: where in a picture a character is, and the detectors that find faces.
--
-- A box is `left,top,width,height` in pixels of the upright picture; null stands for the whole picture. The same bytes may be there several
-- times, once for each face. Times are milliseconds since 1970 (UTC).

ALTER TABLE all_images ADD COLUMN box TEXT;
ALTER TABLE all_rejections ADD COLUMN box TEXT;
ALTER TABLE all_unknowns ADD COLUMN box TEXT;

DROP INDEX images_once;
DROP INDEX rejections_once;
DROP INDEX unknowns_once;
CREATE UNIQUE INDEX images_once ON all_images (character, sha256, coalesce(box, '')) WHERE trash IS NULL;
CREATE UNIQUE INDEX rejections_once ON all_rejections (character, sha256, coalesce(box, '')) WHERE trash IS NULL;
CREATE UNIQUE INDEX unknowns_once ON all_unknowns (sha256, coalesce(box, '')) WHERE trash IS NULL;

DROP VIEW images;
DROP VIEW rejections;
DROP VIEW unknowns;
CREATE VIEW images AS
    SELECT id, character, sha256, format, byte_count, width, height, source, added_at, box
    FROM all_images WHERE trash IS NULL;
CREATE VIEW rejections AS
    SELECT id, character, sha256, source, added_at, box FROM all_rejections WHERE trash IS NULL;
CREATE VIEW unknowns AS
    SELECT id, sha256, format, byte_count, width, height, source, added_at, box FROM all_unknowns WHERE trash IS NULL;

CREATE TABLE detectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,              -- SHA-256 of the file, hexadecimal
    name TEXT NOT NULL UNIQUE,
    threshold REAL NOT NULL,                    -- the lowest score of a face
    long_side INTEGER NOT NULL,                 -- the long side that pictures are resized to, in pixels
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    state TEXT NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'active', 'former')),
    added_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX detectors_in_use ON detectors (state) WHERE state <> 'idle';

CREATE TABLE detector_files (
    detector INTEGER PRIMARY KEY REFERENCES detectors (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;
