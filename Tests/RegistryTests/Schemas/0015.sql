-- What schema 15 added: boxes, and detectors.
UPDATE all_images SET box = '1,2,3,4' WHERE id = 5;
INSERT INTO detectors (id, identity, name, threshold, long_side, byte_count, state, added_at) VALUES
    (1, '00000000000000000000000000000000000000000000000000000000000000d1', 'faces', 0.4, 512, 1, 'active', 1767000031000);
INSERT INTO detector_files VALUES (1, X'11');
