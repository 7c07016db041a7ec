public import API
public import Foundation

/// Webhooks, and the calls that wait for them.
public protocol WebhookStore: Sendable {
    /// - Parameter secret: the key that signs the calls. It is stored as it is, because it is needed for every call.
    /// - Throws: `invalidName`; `webhookExists` when there are one of that name already, or ``Registry/mostWebhooks``.
    func addWebhook(
        named name: String, url: String, events: [WebhookEvent], secret: String
    ) async throws(RegistryError) -> Webhook

    /// All webhooks with their last calls, by name.
    func webhooks() async throws(RegistryError) -> [Webhook]

    /// Removes a webhook with its calls.
    /// - Returns: the webhook as it was.
    /// - Throws: `webhookNotFound`.
    func removeWebhook(named name: String) async throws(RegistryError) -> Webhook

    /// Adds a call to every webhook that is to be called for an event.
    /// - Returns: how many webhooks get no call because ``Registry/mostWaiting`` calls wait for them already.
    func queueDeliveries(_ event: WebhookEvent, body: String, at time: Date) async throws(RegistryError) -> Int

    /// Adds a call of one webhook for an attempt at once, after which there is no other.
    /// - Throws: `webhookNotFound`.
    func addTestDelivery(
        to name: String, body: String, at time: Date
    ) async throws(RegistryError) -> QueuedDelivery

    /// Of each webhook, the oldest call whose time has come.
    func dueDeliveries(at time: Date) async throws(RegistryError) -> [QueuedDelivery]

    /// When the next call after a time is due; nil if none is.
    func nextDelivery(after time: Date) async throws(RegistryError) -> Date?

    /// Notes an attempt.
    /// - Parameters:
    ///   - status: of the answer; nil if there was none.
    ///   - error: why it failed; nil if it did not.
    ///   - next: when to try again; nil for never.
    /// - Returns: nil if the webhook was removed meanwhile.
    @discardableResult
    func noteAttempt(
        _ delivery: Int64, at time: Date, status: Int?, error: String?, next: Date?
    ) async throws(RegistryError) -> WebhookDelivery?
}

/// A call that is to be made.
public struct QueuedDelivery: Sendable, Equatable {
    public let id: Int64
    /// The webhook's number, name, address and key.
    public let webhook: Int64
    public let name, url, secret: String
    public let event: WebhookEvent
    public let body: String
    /// Those made so far.
    public let attempts: Int
}

extension Registry: WebhookStore {
    /// The most webhooks of a registry.
    public static var mostWebhooks: Int { 20 }
    /// The most calls that wait for a webhook.
    public static var mostWaiting: Int { 1000 }
    /// How many calls that have ended are kept of a webhook.
    private static var mostEnded: Int { 50 }

    public func addWebhook(
        named name: String, url: String, events: [WebhookEvent], secret: String
    ) throws(RegistryError) -> Webhook {
        let name = try RegistryName.new(name)
        return try change { (database, indexes) throws(RegistryError) in
            indexes.note(.webhooks)
            try database.checkLook(of: name, as: "webhook", in: "webhooks", .webhookExists)
            let count = try database.first("SELECT count(*) FROM webhooks") { $0.int(0) } ?? 0
            guard count < Self.mostWebhooks else {
                throw RegistryError(.webhookExists, "there are \(count) webhooks already; remove one first")
            }
            let webhook = Webhook(
                name: name, url: url, events: WebhookEvent.subscribable.filter(events.contains), createdAt: Date())
            try database.run(
                "INSERT INTO webhooks (name, url, events, secret, created_at) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(name), .text(url), .text(webhook.eventList), .text(secret), .time(webhook.createdAt),
                ])
            try database.record("webhook.add", subject: name, detail: ["url": url, "events": webhook.eventList])
            return try database.existingWebhook(named: name).webhook
        }
    }

    public func webhooks() throws(RegistryError) -> [Webhook] {
        let database = try database()
        return try database.all(StoredWebhook.query + " ORDER BY w.name", [], StoredWebhook.init(row:)).map {
            stored throws(RegistryError) in try database.withDeliveries(stored)
        }
    }

    public func removeWebhook(named name: String) throws(RegistryError) -> Webhook {
        let name = try RegistryName.validated(name)
        return try change { (database, indexes) throws(RegistryError) in
            indexes.note(.webhooks)
            let stored = try database.existingWebhook(named: name)
            let webhook = try database.withDeliveries(stored)
            try database.run("DELETE FROM webhooks WHERE id = $1", [.integer(stored.id)])
            try database.record("webhook.remove", subject: webhook.name, detail: ["url": webhook.url])
            return webhook
        }
    }

    public func queueDeliveries(
        _ event: WebhookEvent, body: String, at time: Date
    ) throws(RegistryError) -> Int {
        return try change { (database, indexes) throws(RegistryError) in
            var left = 0
            for stored in try database.all(StoredWebhook.query, [], StoredWebhook.init(row:))
            where stored.webhook.events.contains(event) {
                guard stored.webhook.waiting < Self.mostWaiting else {
                    left += 1
                    continue
                }
                try database.insertDelivery(event, body: body, to: stored.id, at: time, due: time)
                indexes.note(.webhooks)
            }
            return left
        }
    }

    public func addTestDelivery(
        to name: String, body: String, at time: Date
    ) throws(RegistryError) -> QueuedDelivery {
        let name = try RegistryName.validated(name)
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let stored = try database.existingWebhook(named: name)
            let id = try database.insertDelivery(.test, body: body, to: stored.id, at: time, due: nil)
            let queued = try database.first(
                QueuedDelivery.query + " WHERE d.id = $1", [.integer(id)], QueuedDelivery.init(row:))
            guard let queued else { throw RegistryError(.webhookNotFound, "there is no webhook named '\(name)'") }
            return queued
        }
    }

    public func dueDeliveries(at time: Date) throws(RegistryError) -> [QueuedDelivery] {
        try database().all(
            QueuedDelivery.query + """
                 WHERE d.id IN (SELECT min(id) FROM webhook_deliveries WHERE due_at <= $1 GROUP BY webhook) ORDER BY d.id
                """, [.time(time)], QueuedDelivery.init(row:))
    }

    public func nextDelivery(after time: Date) throws(RegistryError) -> Date? {
        try database().first(
            "SELECT due_at FROM webhook_deliveries WHERE due_at > $1 ORDER BY due_at LIMIT 1", [.time(time)]
        ) { $0.date(0) }
    }

    @discardableResult
    public func noteAttempt(
        _ delivery: Int64, at time: Date, status: Int?, error: String?, next: Date?
    ) throws(RegistryError) -> WebhookDelivery? {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            try database.run(
                """
                UPDATE webhook_deliveries SET attempts = attempts + 1, attempted_at = $1, status = $2, error = $3,
                    delivered = $4, due_at = $5, body = CASE WHEN $6 = 1 THEN '' ELSE body END WHERE id = $7
                """,
                [
                    .time(time), status.map { .integer($0) } ?? .null, error.map { .text($0) } ?? .null,
                    .integer(error == nil ? 1 : 0), next.map(SQLValue.time) ?? .null, .integer(next == nil ? 1 : 0),
                    .integer(delivery),
                ])
            if next == nil {
                try database.run(
                    """
                    DELETE FROM webhook_deliveries WHERE due_at IS NULL AND webhook =
                        (SELECT webhook FROM webhook_deliveries WHERE id = $1)
                    AND id NOT IN (SELECT id FROM webhook_deliveries WHERE due_at IS NULL AND webhook =
                        (SELECT webhook FROM webhook_deliveries WHERE id = $1) ORDER BY id DESC LIMIT \(Self.mostEnded))
                    """, [.integer(delivery)])
            }
            return try database.first(
                WebhookDelivery.query + " WHERE id = $1", [.integer(delivery)], WebhookDelivery.init(row:))
        }
    }
}
