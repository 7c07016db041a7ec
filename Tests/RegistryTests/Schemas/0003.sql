-- What schema 3 added: a classifier trained on a fixed cast, and a training on the registry's pictures.
INSERT INTO classifiers VALUES
    (2, '000000000000000000000000000000000000000000000000000000000000000c', 'cast', 'efficientnet-b0', '["Rin","初音 ミク"]', 2, '{"a":"b"}', 1767000010000);
INSERT INTO classifier_files VALUES (2, X'0708');
INSERT INTO jobs (id, kind, name, arguments, state, created_at, ended_at, from_registry, warnings) VALUES
    (5, 'transfer-train', 'cast', '["--epochs","2"]', 'cancelled', 1767000011000, 1767000012000, 1, '["Rin has few pictures"]');
