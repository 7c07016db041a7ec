-- A change of the model makes nothing: its job has the name of the model, and a training may make a classifier of that name meanwhile.

DROP INDEX jobs_open;

-- Two jobs under way never make models or classifiers of one name.
CREATE UNIQUE INDEX jobs_open ON jobs (name)
    WHERE state IN ('queued', 'running') AND kind NOT IN ('roll-back-model', 'try-model', 'use-model');
