-- What schema 14 added: the appearances of a character.
INSERT INTO appearances (character, model, number, vector, count) VALUES
    (1, 1, 0, X'0000803F000000000000000000000000', 1),
    (1, 1, 1, X'000000000000803F0000000000000000', 1);
