-- The aliases and series that cast packs have brought: a character that has nothing else goes with its last pack.
CREATE TABLE pack_writings (
    character INTEGER NOT NULL REFERENCES all_characters (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('alias', 'series')),
    text TEXT NOT NULL,                         -- as it is stored for the character
    PRIMARY KEY (character, kind, text)
) STRICT, WITHOUT ROWID;
