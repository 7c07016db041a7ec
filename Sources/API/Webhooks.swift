public import Foundation

/// What a webhook is called for.
public enum WebhookEvent: String, Codable, Sendable, CaseIterable, GrowingEnumeration {
    /// Pictures were classified, and some of them show a character.
    case named
    /// Pictures were classified, and some of them are unknown.
    case unknown
    /// A job ended: it succeeded, failed or was cancelled.
    case job
    /// Somebody tests the webhook. Nobody subscribes to it.
    case test

    /// Those that a webhook can be called for.
    public static let subscribable: [WebhookEvent] = [.named, .unknown, .job]
}

/// An address that the daemon calls when something happens. Its secret is not part of it.
public struct Webhook: Codable, Sendable, Equatable {
    /// What it is for.
    public var name: String
    /// The address.
    public var url: String
    /// In the order of ``WebhookEvent/subscribable``.
    public var events: [WebhookEvent]
    /// When it was added.
    public var createdAt: Date
    /// How many calls wait for their first or next attempt.
    public var waiting: Int
    /// The last calls, newest first; at most ``ListWebhooks/deliveriesListed``.
    public var deliveries: [WebhookDelivery]

    public init(
        name: String, url: String, events: [WebhookEvent], createdAt: Date, waiting: Int = 0,
        deliveries: [WebhookDelivery] = []
    ) {
        self.name = name
        self.url = url
        self.events = events
        self.createdAt = createdAt
        self.waiting = waiting
        self.deliveries = deliveries
    }
}

/// One call of a webhook, with all its attempts.
public struct WebhookDelivery: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable, CaseIterable {
        /// For the first attempt, or for the next one.
        case waiting
        /// The address has answered with a status from 200 to 299.
        case delivered
        /// There are no more attempts.
        case failed
    }

    /// The header `AniWho-Delivery`: the same for every attempt.
    public var id: Int64
    /// What the call is for.
    public var event: WebhookEvent
    /// What became of it.
    public var state: State
    /// When the event happened.
    public var createdAt: Date
    /// How often the daemon has tried.
    public var attempts: Int
    /// Null before the first.
    public var attemptedAt: Date?
    /// Null when there are no more.
    public var nextAttemptAt: Date?
    /// The status that the address answered last; null if it did not answer.
    public var status: Int?
    /// Why the last attempt failed, in a sentence; null if it did not.
    public var error: String?

    public init(
        id: Int64, event: WebhookEvent, state: State, createdAt: Date, attempts: Int = 0, attemptedAt: Date? = nil,
        nextAttemptAt: Date? = nil, status: Int? = nil, error: String? = nil
    ) {
        self.id = id
        self.event = event
        self.state = state
        self.createdAt = createdAt
        self.attempts = attempts
        self.attemptedAt = attemptedAt
        self.nextAttemptAt = nextAttemptAt
        self.status = status
        self.error = error
    }
}

/// The body of a call.
public struct WebhookMessage: Codable, Sendable, Equatable {
    public var event: WebhookEvent
    /// When it happened.
    public var at: Date
    /// Of `named` and `unknown`: the answer as `POST /v1/classify` gives it, with the results of this kind. Null for other events.
    public var answer: ClassifyImages.Response?
    /// Of `job`: the job as it ended. Null for other events.
    public var job: Job?

    public init(event: WebhookEvent, at: Date, answer: ClassifyImages.Response? = nil, job: Job? = nil) {
        self.event = event
        self.at = at
        self.answer = answer
        self.job = job
    }
}

/// `GET /v1/webhooks?limit=&after=`: one page of the webhooks with their last calls, by name. Over the socket only.
public enum ListWebhooks: ListEndpoint {
    public static let path = "/v1/webhooks"

    /// How many calls of each webhook are listed.
    public static let deliveriesListed = 10

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var webhooks: [Webhook]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(webhooks: [Webhook], next: String? = nil) { (self.webhooks, self.next) = (webhooks, next) }

        public var entries: [Webhook] { webhooks }
    }
}

/// `POST /v1/webhooks`: adds a webhook. Only this answer holds its secret. Over the socket only.
public enum AddWebhook: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/webhooks"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: JSONRequest {
        /// What it is for.
        public var name: String
        /// An address that the daemon's setting `webhooks` allows, `http` or `https`, without user and password.
        public var url: String
        /// What to call it for; missing or null for all events.
        public var events: [WebhookEvent]?

        public init(name: String, url: String, events: [WebhookEvent]? = nil) {
            self.name = name
            self.url = url
            self.events = events
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The key that signs the calls.
        public var secret: String
        /// The webhook.
        public var webhook: Webhook

        public init(secret: String, webhook: Webhook) {
            self.secret = secret
            self.webhook = webhook
        }
    }
}

/// `DELETE /v1/webhooks/{name}`: removes a webhook with its calls. Answers the webhook as it was. Over the socket only.
public enum RemoveWebhook: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/webhooks/{name}"

    public typealias Request = NamedRequest
    public typealias Response = Webhook
}

/// `POST /v1/webhooks/{name}/test`: calls a webhook once, now, and waits for its answer. Over the socket only.
public enum TestWebhook: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/webhooks/{name}/test"

    public typealias Request = NamedRequest
    public typealias Response = WebhookDelivery
}
