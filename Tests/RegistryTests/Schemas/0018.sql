-- What schema 18 added: webhooks.
INSERT INTO webhooks VALUES (1, 'bot', 'http://127.0.0.1:9/hook', 'named,job', 'whsec_1', 1767000030000);
INSERT INTO webhook_deliveries VALUES
    (1, 1, 'named', '', 1767000031000, 1, NULL, 1767000031500, 1, 204, NULL),
    (2, 1, 'job', '{}', 1767000032000, 2, 4767000000000, 1767000033000, 0, 500, 'it answered 500');
