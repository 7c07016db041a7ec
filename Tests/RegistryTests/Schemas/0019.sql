-- What schema 19 added: results of jobs, and callers' keys.
INSERT INTO jobs (id, kind, name, arguments, state, created_at, started_at, ended_at, error_code, error, result) VALUES
    (901, 'back-up', 'back-up-901', '["{\"file\":\"/b\"}"]', 'finished', 1767000040000, 1767000041000, 1767000042000, NULL, NULL,
        '{"bytes":7,"file":"/b"}'),
    (902, 'calibrate', 'calibrate-902', '[]', 'failed', 1767000043000, 1767000044000, 1767000045000, 'too_few_images', 'too few', NULL);
INSERT INTO job_keys VALUES ('uid 1000', 'nightly-1', '00', 901);
