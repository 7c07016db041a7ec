-- What schema 13 added: a picture in the trash, and models that are in use or not.
INSERT INTO trash (id, at, who, kind, character) VALUES (3, 1767000020000, 'uid 1000', 'image.remove', 'Rin');
INSERT INTO all_images VALUES
    (5, 1, '0000000000000000000000000000000000000000000000000000000000000005', 'png', 1, 7, 8, 'rin/3.png', 1767000003000, 3);
INSERT INTO image_files VALUES (5, X'10');
INSERT INTO embeddings VALUES (5, 1, X'0000803F0000803F0000000000000000');
UPDATE models SET unused_since = 1767000021000 WHERE id = 2;
