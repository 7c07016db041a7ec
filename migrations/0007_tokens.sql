-- Tokens that let programs ask over TCP. Only a token's hash is kept: who reads this file cannot use it.
--
-- Times are milliseconds since 1970 (UTC).

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('reader', 'operator')),
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),    -- of the token's text
    created_at INTEGER NOT NULL
) STRICT;
