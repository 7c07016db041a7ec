-- What schema 21 added: an alias that a cast pack has brought.
INSERT INTO pack_writings VALUES (4, 'alias', 'Miku');
