-- What was fitted on the registry's own pictures: a temperature, and a radius for each character.
--
-- One a model, so that a change of the model and the way back find each its own. Times are milliseconds since 1970 (UTC).

CREATE TABLE calibrations (
    model INTEGER PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
    identity TEXT NOT NULL,                     -- SHA-256 of the value, hexadecimal
    value TEXT NOT NULL,                        -- JSON
    made_at INTEGER NOT NULL
) STRICT;
