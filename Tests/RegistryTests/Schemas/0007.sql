-- What schema 7 added: a token of a program.
INSERT INTO tokens (id, name, role, sha256, created_at) VALUES
    (8, 'gallery', 'reader', '00000000000000000000000000000000000000000000000000000000000000ee', 1767000016000);
