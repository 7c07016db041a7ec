-- What schema 9 added: a picture of nobody known, waiting for a name.
INSERT INTO unknowns VALUES
    (3, '00000000000000000000000000000000000000000000000000000000000000b1', 'png', 2, 5, 6, 'new/1.png', 1767000017000);
INSERT INTO unknown_files VALUES (3, X'1213');
INSERT INTO unknown_embeddings VALUES (3, 1, X'0000803F0000803F0000803F0000803F');
