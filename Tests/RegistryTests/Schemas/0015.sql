-- What schema 15 added: boxes, and detectors.
INSERT INTO all_images VALUES
    (6, 1, '0000000000000000000000000000000000000000000000000000000000000005', 'png', 1, 70, 80, 'rin/5.png', 1767000030000, NULL, '10,20,30,30');
INSERT INTO image_files VALUES (6, X'10');
INSERT INTO embeddings VALUES (6, 1, X'0000803F0000803F0000000000000000');
INSERT INTO detectors (id, identity, name, threshold, long_side, byte_count, state, added_at) VALUES
    (1, '00000000000000000000000000000000000000000000000000000000000000d1', 'faces', 0.4, 512, 1, 'active', 1767000031000);
INSERT INTO detector_files VALUES (1, X'11');
