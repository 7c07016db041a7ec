-- What the owner writes on characters: tags to find them by, and a note.

ALTER TABLE characters ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE TABLE character_tags (
    character INTEGER NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,                          -- Unicode NFC, compared byte for byte
    PRIMARY KEY (character, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX character_tags_by_tag ON character_tags (tag);
