import API
import FewShot
import Registry
import Timing

extension GetStatus: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(
            version: Version.current, uptimeSeconds: (ContinuousClock.now - services.started).seconds,
            socket: services.socketPath, dataDirectory: services.dataDirectory,
            model: try await services.registry.activeModel(),
            head: services.heads.active.rawValue, counts: try await services.registry.counts(),
            trash: try await services.registry.trashSize(),
            residentBytes: ProcessFigures.residentBytes, revision: services.registry.revision,
            daemons: try await services.registry.daemons())
    }
}

extension CheckHealth: Route {
    static var work: RouteWork { .health }

    static func answer(_ request: Request, _ services: Services) async throws -> Response { Response(status: "ok") }
}

extension CheckReadiness: Route {
    static var work: RouteWork { .health }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        _ = try await services.models.active(timeout: .zero)
        // First, because it does not wait for a database that does not answer.
        try services.registry.checkIsCurrent()
        try await services.registry.checkIsReachable()
        return Response(status: "ready")
    }
}

extension FetchOpenAPI: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response { try document.get() }

    /// Made once, at the first request.
    private static let document = Result {
        var document = OpenAPIDocument()
        for entry in routeTable { try entry.describe(&document) }
        return document.json
    }
}
