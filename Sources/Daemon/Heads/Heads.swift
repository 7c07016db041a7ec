import API
import FewShot
import Registry

extension ListHeads: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let active = services.heads.active
        return Response(heads: HeadKind.allCases.map { HeadSummary($0, active: $0 == active) })
    }
}

extension HeadSummary {
    init(_ kind: HeadKind, active: Bool) { self.init(name: kind.rawValue, summary: kind.summary, active: active) }
}

extension CompareHeads: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try services.comparisons.begin { progress in
            try await HeadReview(services: services).compared(progress.teller("comparing"))
        }
    }
}

extension UseHead: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let start = ContinuousClock.now
        guard let kind = HeadKind(rawValue: request.name) else {
            let names = HeadKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.headNotFound, "there is no head named “\(request.name)”; the heads are \(names)")
        }
        // Fitted before it is used: the head before answers meanwhile, and goes on answering if this one cannot be fitted.
        if kind != .mean {
            _ = try await services.withActiveModel { active in
                try await services.heads.fitted(
                    kind, for: active.model, meanTemperature: services.meanTemperature(of: active.model))
            }
        }
        let answers = try await changes(with: kind, services)
        let previous = request.dryRun ? services.heads.active : try await services.heads.use(kind)
        return Response(
            head: HeadSummary(kind, active: !request.dryRun || previous == kind), previous: previous.rawValue,
            answers: answers, seconds: (ContinuousClock.now - start).seconds)
    }

    /// - Returns: nil for the mean if no model is loaded yet: the mean can be chosen at any time.
    private static func changes(with kind: HeadKind, _ services: Services) async throws -> AnswerChanges? {
        do {
            return try await services.withActiveModel(timeout: kind == .mean ? .zero : .seconds(10)) { active in
                try await services.changes.compare(head: kind, for: active.model)
            }
        } catch let error as APIError where error.code == .notReady && kind == .mean { return nil }
    }
}
