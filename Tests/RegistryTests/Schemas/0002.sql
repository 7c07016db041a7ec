-- What schema 2 added: a training that ended and one that waits.
INSERT INTO jobs (id, kind, name, arguments, state, created_at, started_at, ended_at, progress, error, model) VALUES
    (1, 'meta-train', 'mine', '["--data","faces"]', 'finished', 1767000004000, 1767000005000, 1767000006000, '{"event":"end"}', NULL,
     '000000000000000000000000000000000000000000000000000000000000000b'),
    (3, 'pretrain', 'next', '[]', 'failed', 1767000007000, 1767000008000, 1767000009000, NULL, 'the disk is full', NULL);
