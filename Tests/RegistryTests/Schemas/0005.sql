-- What schema 5 added: a calibration of the model in charge.
INSERT INTO calibrations VALUES
    (1, '00000000000000000000000000000000000000000000000000000000000000ca', '{"temperature":0.5}', 1767000014000);
