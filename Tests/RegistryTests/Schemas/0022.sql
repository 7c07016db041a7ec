-- What schema 22 added: a change of what answers rest on, a daemon, a model that is about to answer, a link, and who worked on a job.
INSERT INTO changes VALUES (7, 0, 'character', 1), (7, 1, 'tokens', NULL);
INSERT INTO daemons VALUES ('4A75B0F2-9BFE-4861-8555-0F25DD1317EC', 'host', '0.2.0', 1767000050000, 1767000051000, 7, NULL);
INSERT INTO proposed_models VALUES (1, 1);
INSERT INTO login_links VALUES
    ('00000000000000000000000000000000000000000000000000000000000000f1', 1000, 'reader', 1767000060000, 1767000052000);
UPDATE jobs SET owner = '4A75B0F2-9BFE-4861-8555-0F25DD1317EC', fence = 2 WHERE id = 901;
