-- Other names of characters, and the series that they are from.

ALTER TABLE all_characters ADD COLUMN series TEXT NOT NULL DEFAULT '';     -- empty: none was given

DROP VIEW characters;
CREATE VIEW characters AS
    SELECT id, name, created_at, updated_at, note, look, series FROM all_characters WHERE trash IS NULL;

-- No alias looks like a name or like another alias, not counting the trash. The registry checks that.
CREATE TABLE all_aliases (
    character INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                         -- Unicode NFC, compared byte for byte
    look TEXT NOT NULL,                         -- what it looks like to a reader
    PRIMARY KEY (character, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_by_name ON all_aliases (name);
CREATE INDEX aliases_by_look ON all_aliases (look);

CREATE VIEW aliases AS
    SELECT a.character, a.name, a.look FROM all_aliases a JOIN all_characters c ON c.id = a.character WHERE c.trash IS NULL;

-- What a merge gave to the character that stays.
ALTER TABLE trash ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';           -- JSON: the aliases
ALTER TABLE trash ADD COLUMN series TEXT;                                   -- the series, if that character had none
