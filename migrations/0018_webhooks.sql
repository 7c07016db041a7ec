-- Webhooks: addresses that the daemon calls when something happens, and the calls.

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,                  -- Unicode NFC, compared byte for byte
    url TEXT NOT NULL,
    events TEXT NOT NULL,                       -- 'named,unknown': what it is called for, separated by commas
    secret TEXT NOT NULL,                       -- signs the calls; shown once, when the webhook is added
    created_at INTEGER NOT NULL                 -- times are milliseconds since 1970 (UTC)
) STRICT;

CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- never reused: the receiver tells a repeated call by it
    webhook INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    body TEXT NOT NULL,                         -- JSON; empty once the delivery has ended
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,                             -- of the next attempt; null once the delivery has ended
    attempted_at INTEGER,                       -- of the last attempt
    delivered INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1)),
    status INTEGER,                             -- HTTP's, of the last attempt; null if there was no answer
    error TEXT                                  -- why the last attempt failed
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook, id);
