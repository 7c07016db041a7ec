-- As SQLite's 0022 says.
CREATE TABLE changes (
    revision BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    character BIGINT,
    PRIMARY KEY (revision, number)
);

CREATE TABLE daemons (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    prepared TEXT COLLATE "C"
);

CREATE TABLE proposed_models (
    place BIGINT PRIMARY KEY CHECK (place = 1),
    model BIGINT NOT NULL REFERENCES models (id) ON DELETE CASCADE
);

CREATE TABLE login_links (
    sha256 TEXT COLLATE "C" PRIMARY KEY,
    uid BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

ALTER TABLE jobs ADD COLUMN owner TEXT COLLATE "C";
ALTER TABLE jobs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
