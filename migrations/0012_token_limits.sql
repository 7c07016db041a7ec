-- What limits a token: a moment from which on it is refused, and the subjects that it may ask about. And when it was last used.
--
-- Times are milliseconds since 1970 (UTC).

ALTER TABLE tokens ADD COLUMN expires_at INTEGER;      -- null for never
ALTER TABLE tokens ADD COLUMN last_used_at INTEGER;    -- to the minute; null for never, or before this version
ALTER TABLE tokens ADD COLUMN subjects TEXT;           -- sorted, with commas between them; null for all
