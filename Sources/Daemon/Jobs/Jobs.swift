import API
import Registry

extension ListJobs: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        Response(jobs: try await services.registry.jobs().map { try Job($0, services.jobs) })
    }
}

extension ShowJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try Job(try await services.registry.job(request.id), services.jobs)
    }
}

extension StartJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try Job(try await services.jobs.add(request), services.jobs)
    }
}

extension WatchJob: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try await services.jobs.events(of: request.id).reader()
    }
}

extension CancelJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try Job(try await services.jobs.cancel(request.id), services.jobs)
    }
}
