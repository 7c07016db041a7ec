-- The appearances of characters whose pictures fall into groups: one row for each group.
--
-- A character with one appearance has no rows here, only its prototype. So have characters that were enrolled before this version, until
-- one of their images is added, moved or removed, another model is used, or the prototypes are rebuilt.

CREATE TABLE appearances (
    character INTEGER NOT NULL,
    model INTEGER NOT NULL,
    head TEXT NOT NULL DEFAULT 'mean' CHECK (head = 'mean'),
    number INTEGER NOT NULL CHECK (number >= 0),    -- 0 has the most images
    vector BLOB NOT NULL,                           -- the mean of the group's embeddings
    count INTEGER NOT NULL CHECK (count > 0),       -- its images
    PRIMARY KEY (character, model, number),
    FOREIGN KEY (character, model, head) REFERENCES prototypes (character, model, head) ON DELETE CASCADE
) STRICT;
