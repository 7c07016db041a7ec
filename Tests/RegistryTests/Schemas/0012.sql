-- What schema 12 added: a token that ends, was used, and may only ask about two subjects.
INSERT INTO tokens (id, name, role, sha256, created_at, expires_at, last_used_at, subjects) VALUES
    (11, 'guests', 'reader', '00000000000000000000000000000000000000000000000000000000000000ff', 1767000020000,
    1767000021000, 1767000000000, 'characters,classify');
