-- Sessions of browsers with the daemon's page. Only hashes are kept: who reads this file cannot use a session.
--
-- Times are milliseconds since 1970 (UTC).

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the audit log refers to it
    uid INTEGER NOT NULL,                       -- of the user who asked for the link
    role TEXT NOT NULL CHECK (role IN ('reader', 'operator')),  -- the most that the session may do
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),    -- of the cookie's value
    token_sha256 TEXT NOT NULL CHECK (length(token_sha256) = 64),   -- of the token that changes need in addition
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER                        -- to the minute; null for never
) STRICT;
