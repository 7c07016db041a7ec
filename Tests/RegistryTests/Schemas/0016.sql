-- What schema 16 added: aliases and series.
UPDATE all_characters SET series = 'Vocaloid' WHERE id = 4;
INSERT INTO all_aliases (character, name, look) VALUES (4, 'Miku', 'Miku');
UPDATE trash SET aliases = '["R"]', series = 'Other' WHERE id = 3;
