-- What schema 6 added: the way back to the model before.
INSERT INTO former_models VALUES (1, 2, '{"head":"mean"}', 1767000015000);
