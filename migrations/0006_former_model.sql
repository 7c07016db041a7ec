-- What answered before the model that answers now, so that a change of the model can be taken back.
--
-- One row at most. Times are milliseconds since 1970 (UTC).

CREATE TABLE former_models (
    place INTEGER PRIMARY KEY CHECK (place = 1),
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    settings TEXT NOT NULL,                     -- JSON: the settings that went with it, by key; those that were not set are absent
    changed_at INTEGER NOT NULL
) STRICT;
