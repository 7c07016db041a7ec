-- The trash: what was removed, merged or moved can be taken back for some time.
--
-- The tables all_… hold all rows. The views of their former names show what is not in the trash, and all queries for what is there read
-- these views. A row whose column `trash` is not null lies in the trash: the change of that number removed it.
--
-- Files and vectors stay where they are: they belong to rows of the tables. To remove a row of `trash` removes all that lies in the trash
-- for it. Times are milliseconds since 1970 (UTC).

CREATE TABLE trash (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,                         -- 'image.remove', 'character.merge', …
    character TEXT,                             -- the name of the character concerned, at that time
    target INTEGER,                             -- the number of the character that got images; it may be gone
    target_name TEXT,                           -- its name, at that time
    made_target INTEGER NOT NULL DEFAULT 0 CHECK (made_target IN (0, 1)),   -- whether the change made that character
    tags TEXT NOT NULL DEFAULT '[]',            -- JSON: the tags that a merge added to that character
    note_before TEXT,                           -- that character's note before a merge changed it, and after
    note_after TEXT
) STRICT;

CREATE INDEX trash_by_time ON trash (at);

-- Characters. A name is taken only while its character is not in the trash.
ALTER TABLE characters RENAME TO all_characters;
CREATE TABLE new_characters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    name TEXT NOT NULL,                         -- Unicode NFC, compared byte for byte
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    look TEXT,                                  -- null until version 0.2.0 has opened the registry
    trash INTEGER REFERENCES trash (id) ON DELETE CASCADE
) STRICT;
INSERT INTO new_characters SELECT id, name, created_at, updated_at, note, look, NULL FROM all_characters;
DELETE FROM sqlite_sequence WHERE name = 'new_characters';
INSERT INTO sqlite_sequence SELECT 'new_characters', seq FROM sqlite_sequence WHERE name = 'all_characters';
DROP TABLE all_characters;
ALTER TABLE new_characters RENAME TO all_characters;
CREATE UNIQUE INDEX characters_by_name ON all_characters (name) WHERE trash IS NULL;
CREATE INDEX characters_by_look ON all_characters (look);
CREATE INDEX characters_in_trash ON all_characters (trash) WHERE trash IS NOT NULL;

ALTER TABLE character_tags RENAME TO all_character_tags;

-- Images. The same bytes are stored once under a character, not counting the trash.
ALTER TABLE images RENAME TO all_images;
CREATE TABLE new_images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    character INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    format TEXT NOT NULL,
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL,
    trash INTEGER REFERENCES trash (id) ON DELETE CASCADE
) STRICT;
INSERT INTO new_images
    SELECT id, character, sha256, format, byte_count, width, height, source, added_at, NULL FROM all_images;
DELETE FROM sqlite_sequence WHERE name = 'new_images';
INSERT INTO sqlite_sequence SELECT 'new_images', seq FROM sqlite_sequence WHERE name = 'all_images';
DROP TABLE all_images;
ALTER TABLE new_images RENAME TO all_images;
CREATE UNIQUE INDEX images_once ON all_images (character, sha256) WHERE trash IS NULL;
CREATE INDEX images_by_character ON all_images (character) WHERE trash IS NULL;
CREATE INDEX images_by_owner ON all_images (character);
CREATE INDEX images_by_sha256 ON all_images (sha256);
CREATE INDEX images_in_trash ON all_images (trash) WHERE trash IS NOT NULL;

-- Rejections go into the trash with their character.
ALTER TABLE rejections RENAME TO all_rejections;
CREATE TABLE new_rejections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    character INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL,
    trash INTEGER REFERENCES trash (id) ON DELETE CASCADE
) STRICT;
INSERT INTO new_rejections SELECT id, character, sha256, source, added_at, NULL FROM all_rejections;
DELETE FROM sqlite_sequence WHERE name = 'new_rejections';
INSERT INTO sqlite_sequence SELECT 'new_rejections', seq FROM sqlite_sequence WHERE name = 'all_rejections';
DROP TABLE all_rejections;
ALTER TABLE new_rejections RENAME TO all_rejections;
CREATE UNIQUE INDEX rejections_once ON all_rejections (character, sha256) WHERE trash IS NULL;
CREATE INDEX rejections_by_owner ON all_rejections (character);
CREATE INDEX rejections_in_trash ON all_rejections (trash) WHERE trash IS NOT NULL;

-- The inbox.
ALTER TABLE unknowns RENAME TO all_unknowns;
CREATE TABLE new_unknowns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    format TEXT NOT NULL,
    byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    source TEXT NOT NULL,                       -- where the picture came from, as the user gave it
    added_at INTEGER NOT NULL,
    trash INTEGER REFERENCES trash (id) ON DELETE CASCADE
) STRICT;
INSERT INTO new_unknowns
    SELECT id, sha256, format, byte_count, width, height, source, added_at, NULL FROM all_unknowns;
DELETE FROM sqlite_sequence WHERE name = 'new_unknowns';
INSERT INTO sqlite_sequence SELECT 'new_unknowns', seq FROM sqlite_sequence WHERE name = 'all_unknowns';
DROP TABLE all_unknowns;
ALTER TABLE new_unknowns RENAME TO all_unknowns;
CREATE UNIQUE INDEX unknowns_once ON all_unknowns (sha256) WHERE trash IS NULL;
CREATE INDEX unknowns_in_trash ON all_unknowns (trash) WHERE trash IS NOT NULL;

CREATE VIEW characters AS
    SELECT id, name, created_at, updated_at, note, look FROM all_characters WHERE trash IS NULL;
CREATE VIEW character_tags AS
    SELECT t.character, t.tag FROM all_character_tags t JOIN all_characters c ON c.id = t.character WHERE c.trash IS NULL;
CREATE VIEW images AS
    SELECT id, character, sha256, format, byte_count, width, height, source, added_at FROM all_images WHERE trash IS NULL;
CREATE VIEW rejections AS
    SELECT id, character, sha256, source, added_at FROM all_rejections WHERE trash IS NULL;
CREATE VIEW unknowns AS
    SELECT id, sha256, format, byte_count, width, height, source, added_at FROM all_unknowns WHERE trash IS NULL;

-- What a move, a merge or a split gave to another character, and which character had it before.
CREATE TABLE moved_images (
    trash INTEGER NOT NULL REFERENCES trash (id) ON DELETE CASCADE,
    image INTEGER NOT NULL REFERENCES all_images (id) ON DELETE CASCADE,
    origin INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    PRIMARY KEY (trash, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_images_by_image ON moved_images (image);
CREATE INDEX moved_images_by_origin ON moved_images (origin);

CREATE TABLE moved_rejections (
    trash INTEGER NOT NULL REFERENCES trash (id) ON DELETE CASCADE,
    rejection INTEGER NOT NULL REFERENCES all_rejections (id) ON DELETE CASCADE,
    origin INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    PRIMARY KEY (trash, rejection)
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_rejections_by_rejection ON moved_rejections (rejection);
CREATE INDEX moved_rejections_by_origin ON moved_rejections (origin);

-- The log of changes is read by time, and searched for the last change of a kind.
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_action ON audit (action);

-- Since when no one uses a model; null while it answers, may be rolled back to, or a job changes to it.
ALTER TABLE models ADD COLUMN unused_since INTEGER;
