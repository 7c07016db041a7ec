import API
import Foundation

/// A webhook with its number.
struct StoredWebhook {
    let id: Int64
    /// Without its calls.
    let webhook: Webhook

    static let query = """
        SELECT w.id, w.name, w.url, w.events, w.created_at,
            (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.id AND d.due_at IS NOT NULL)
        FROM webhooks w
        """

    init(row: Row) {
        id = row.integer(0)
        webhook = Webhook(
            name: row.text(1), url: row.text(2),
            events: row.text(3).split(separator: ",").compactMap { WebhookEvent(rawValue: String($0)) },
            createdAt: row.date(4), waiting: row.int(5))
    }
}

extension Webhook {
    /// The events as they are stored.
    var eventList: String { events.map(\.rawValue).joined(separator: ",") }
}

extension WebhookDelivery {
    static let query = """
        SELECT id, event, created_at, attempts, due_at, attempted_at, delivered, status, error FROM webhook_deliveries
        """

    /// - Throws: `storageCorrupt` for an event that this version does not know.
    init(row: Row) throws(RegistryError) {
        let isWaiting = !row.isNull(4)
        self.init(
            id: row.integer(0), event: try WebhookEvent(stored: row.text(1)),
            state: isWaiting ? .waiting : row.int(6) == 1 ? .delivered : .failed, createdAt: row.date(2),
            attempts: row.int(3), attemptedAt: row.isNull(5) ? nil : row.date(5),
            nextAttemptAt: isWaiting ? row.date(4) : nil, status: row.isNull(7) ? nil : row.int(7),
            error: row.isNull(8) ? nil : row.text(8))
    }
}

extension QueuedDelivery {
    static let query = """
        SELECT d.id, w.id, w.name, w.url, w.secret, d.event, d.body, d.attempts
        FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
        """

    init(row: Row) throws(RegistryError) {
        self.init(
            id: row.integer(0), webhook: row.integer(1), name: row.text(2), url: row.text(3), secret: row.text(4),
            event: try WebhookEvent(stored: row.text(5)), body: row.text(6), attempts: row.int(7))
    }
}

extension WebhookEvent {
    init(stored: String) throws(RegistryError) {
        guard let event = WebhookEvent(rawValue: stored) else {
            throw RegistryError(.storageCorrupt, "a webhook's call cannot be read; remove the webhook and add it again")
        }
        self = event
    }
}

extension Connection {
    /// - Throws: `webhookNotFound`.
    func existingWebhook(named name: String) throws(RegistryError) -> StoredWebhook {
        let stored = try storedName(name, in: "webhooks") ?? name
        let webhook = try first(
            StoredWebhook.query + " WHERE w.name = $1", [.text(stored)], StoredWebhook.init(row:))
        guard let webhook else { throw RegistryError(.webhookNotFound, "there is no webhook named '\(name)'") }
        return webhook
    }

    /// The webhook with its last calls.
    func withDeliveries(_ stored: StoredWebhook) throws(RegistryError) -> Webhook {
        var webhook = stored.webhook
        webhook.deliveries = try all(
            WebhookDelivery.query + " WHERE webhook = $1 ORDER BY id DESC LIMIT \(ListWebhooks.deliveriesListed)",
            [.integer(stored.id)], WebhookDelivery.init(row:))
        return webhook
    }

    /// - Returns: the call's number.
    @discardableResult
    func insertDelivery(
        _ event: WebhookEvent, body: String, to webhook: Int64, at time: Date, due: Date?
    ) throws(RegistryError) -> Int64 {
        try insert(
            "INSERT INTO webhook_deliveries (webhook, event, body, created_at, due_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(webhook), .text(event.rawValue), .text(body), .time(time), due.map(SQLValue.time) ?? .null,
            ])
    }
}
