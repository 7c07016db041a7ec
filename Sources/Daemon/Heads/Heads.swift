import API
import Embedding
import FewShot
import Registry
import Statistics
import Timing

extension ListHeads: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let active = services.heads.active
        let heads = HeadKind.allCases.map { HeadSummary($0, active: $0 == active) }
        let (entries, next) = try request.page.part(ofConstant: heads) { $0.name }
        return Response(heads: entries, next: next)
    }
}

extension HeadSummary {
    init(_ kind: HeadKind, active: Bool) { self.init(name: kind.rawValue, summary: kind.summary, active: active) }
}

extension CompareHeads: WorkRoute {
    static var kind: JobKind { .compareHeads }
    /// It changes nothing but the list of jobs.
    static var role: Role { .reader }

    static func start(_ request: Request, _ services: Services) async throws -> WorkFeed {
        services.comparisons.feed("comparing", of: try await services.state(), services.log) { report in
            try await HeadReview(services: services).compared(report)
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
        if kind.needsFit {
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

    /// - Returns: nil for a head without a fit if no model is loaded yet: it can be chosen at any time.
    private static func changes(with kind: HeadKind, _ services: Services) async throws -> AnswerChanges? {
        do {
            return try await services.withActiveModel(timeout: kind.needsFit ? .seconds(10) : .zero) { active in
                try await services.fits("head \(kind.rawValue) \(try await services.state())") { _ in
                    try await services.changes.compare(head: kind, for: active.model)
                }
            }
        } catch let error as APIError where error.code == .notReady && !kind.needsFit { return nil }
    }
}

/// Compares every head on what is enrolled.
struct HeadReview {
    let services: Services

    /// Embeddings of about so many images are read.
    private static let mostRead = 50_000
    /// About so many images are asked: every head is fitted five times.
    private static let mostCompared = 2000

    /// - Throws: `too_few_images`, `not_ready`; `interrupted` when the task is cancelled.
    func compared(_ report: @escaping SharedWork.Report) async throws -> CompareHeads.Outcome {
        try await services.withActiveModel { active in
            let read = try await services.registry.support(model: active.model.identity, atMost: Self.mostRead)
            let support = Self.thinned(read.characters.map(\.embeddings))
            let head = services.heads.active
            let covariance = services.decision(of: active.model)?.covariance ?? .typical
            return try await services.comparisons.background.inPortions { check in
                let comparison = try Self.comparison(support, head, covariance, active.model.grouping) { done, total in
                    report(done, total)
                    try check()
                }
                return Self.outcome(comparison, characters: support.count, active: head)
            }
        }
    }

    /// A sample of characters with at least two images each, and of each the same number of images, evenly spaced.
    private static func thinned(_ support: [[[Float]]]) -> [[[Float]]] {
        let characters = support.spread(atMost: mostCompared / 2)
        return characters.map { $0.spread(atMost: mostCompared / characters.count) }
    }

    private static func comparison(
        _ support: [[[Float]]], _ reference: HeadKind, _ covariance: TwoCovariance, _ grouping: TwoCovariance?,
        _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws(APIError) -> HeadComparison {
        do throws(DataSetError) {
            return try HeadComparison(support, reference: reference, covariance: covariance, grouping: grouping) {
                (done, total) throws(DataSetError) in
                guard (try? progress(done, total)) != nil else { throw DataSetError("the comparison was given up") }
            }
        } catch { throw APIError(.tooFewImages, error.message) }
    }

    private static func outcome(_ comparison: HeadComparison, characters: Int, active: HeadKind) -> CompareHeads.Outcome
    {
        CompareHeads.Outcome(
            characters: characters, asked: comparison.pictures,
            heads: HeadKind.allCases.map { kind in
                let result = comparison.results.first { $0.kind == kind }
                return ComparedHead(
                    name: kind.rawValue, active: kind == active, accuracy: result?.accuracy,
                    gain: result?.gain,
                    refusal: comparison.refusals.first { $0.kind == kind }?.reason)
            },
            suggestion: comparison.suggestion.rawValue)
    }
}
