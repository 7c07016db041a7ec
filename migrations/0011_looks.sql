-- What a character's name looks like to a reader, so that no other gets one that looks the same.

ALTER TABLE characters ADD COLUMN look TEXT;    -- null until this version has opened the registry

CREATE INDEX characters_by_look ON characters (look);
