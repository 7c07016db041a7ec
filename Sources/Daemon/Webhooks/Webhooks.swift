import API
import Registry

extension ListWebhooks: Route {
    static var role: Role { .operator }
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.webhooks()) { $0.name }
        return Response(webhooks: entries, next: next)
    }
}

extension AddWebhook: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let events = request.events ?? WebhookEvent.subscribable
        guard !events.isEmpty, events.allSatisfy(WebhookEvent.subscribable.contains) else {
            let names = WebhookEvent.subscribable.map(\.rawValue).joined(separator: ", ")
            throw APIError(.badParameter, "a webhook is called for some of \(names); name at least one of them")
        }
        let url = try services.webhooks.reach.checked(request.url)
        let secret = WebhookSignature.newKey()
        let webhook = try await services.registry.addWebhook(
            named: request.name, url: url, events: events, secret: secret)
        try await services.webhooks.refresh()
        return Response(secret: secret, webhook: webhook)
    }
}

extension RemoveWebhook: Route {
    static var admitsTokens: Bool { false }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let webhook = try await services.registry.removeWebhook(named: request.name)
        try await services.webhooks.refresh()
        return webhook
    }
}

extension TestWebhook: Route {
    static var admitsTokens: Bool { false }
    static var work: RouteWork { .long }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.webhooks.test(request.name)
    }
}
