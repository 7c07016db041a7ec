-- What schema 11 added: how the names look.
UPDATE characters SET look = name;
