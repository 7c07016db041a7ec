-- What schema 8 added: tags, and a note.
INSERT INTO character_tags VALUES (1, 'singers'), (4, 'singers'), (4, '歌手');
UPDATE characters SET note = 'the younger one' WHERE id = 1;
