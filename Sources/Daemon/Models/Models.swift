import API
import Registry

extension ListModels: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let (entries, next) = request.page.part(of: try await services.registry.models()) { $0.name }
        return Response(models: entries, next: next)
    }
}

extension ShowModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.model(named: request.name)
    }
}

extension FetchModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let record = try await services.registry.model(named: request.name)
        return Response(bytes: try await services.registry.modelBytes(identity: record.identity))
    }
}

extension ImportModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.models.importFile(request.file, name: request.name, architecture: request.architecture)
    }
}

extension RemoveModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.removeModel(named: request.name)
        return Response()
    }
}

extension UseModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let model = try await services.registry.model(named: request.name)
        if !request.dryRun, !request.withoutPacks {
            try await services.registry.restingPacks(under: model.identity).check(model: model.name)
        }
        return try await services.jobs.change(request.dryRun ? .tryModel : .useModel, model: request.name)
    }
}

extension RollBackModel: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        guard let former = try await services.registry.formerModel() else {
            throw APIError(
                .modelNotFound,
                "there is no model to go back to: the active model was never changed. List the models: aniwho models list"
            )
        }
        return try await services.jobs.change(.rollBackModel, model: former.model.name)
    }
}
