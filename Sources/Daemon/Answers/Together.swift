import API
import Embedding
import FewShot
import Registry
import Synchronization

/// As ``API/ClassifyImages``, with two differences: the mean of the pictures takes the place of a picture, and the decision knows how many
/// independent pictures that mean rests on (``Statistics/PictureGroup``). A character that one of the pictures was rejected for is rejected.
extension ClassifyTogether: Route {
    static var effect: Effect { .computes }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let response = try await services.withActiveModel { active in try await answer(request, by: active, services) }
        let isUnknown = response.answer.unknown
        services.metrics.countAnswers(named: isUnknown ? 0 : 1, unknown: isUnknown ? 1 : 0)
        return response
    }

    private static func answer(
        _ request: Request, by active: ModelHost.Active, _ services: Services
    ) async throws -> Response {
        let current = services.calibrations.answering(by: active.model)
        let ranking = Ranking(
            head: services.heads.active, decision: current.decision, model: active.model,
            services: services)
        let pictures = try await services.decoded(request.files, request.selection, .one, for: active.model)
        let vectors = await services.inference.embed(
            pictures.flatMap(\.faces).map(\.prepared), with: active.embedder)
        let group = FaceGroup(zip(ClassifyImages.keys(of: pictures), vectors).map { (key: $0, vector: $1) })
        let top = request.top ?? ClassifyImages.defaultTop
        let searching = ContinuousClock.now
        let rejected = group.rejections(services.registry, active.model)
        let ranked = try await ClassifyImages.ranked([group], by: ranking, top: max(2, top) + rejected.count)[0]
        services.metrics.count(.search, .now - searching)
        let deciding = ContinuousClock.now
        defer { services.metrics.count(.evidence, .now - deciding) }
        let decided = ClassifyImages.answer(
            .whole, ranked, rejected: rejected, top: top, threshold: ranking.decision?.threshold)
        return Response(
            model: active.name, head: ranking.head.rawValue,
            calibration: current.calibration, images: request.files.map(\.name),
            independentImages: try await group.independentCount(of: active.model, services),
            answer: try await ClassifyImages.withEvidence(decided, group.mean, active.model, services))
    }
}

/// The variance of a character's enrolled pictures about their mean, pooled over all characters with two or more. It is kept until an enrolled
/// picture changes.
final class EnrolledVariance: Sendable {
    private struct Key: Equatable {
        let model: String
        let revision: Int
    }

    private let last = Mutex<(key: Key, value: Double?)?>(nil)

    /// - Returns: nil if no character has two pictures.
    /// - Throws: `modelNotActive`.
    func value(of model: Model, _ services: Services) async throws -> Double? {
        // Read before the spreads: a change meanwhile makes the next call read again.
        let key = Key(model: model.identity, revision: services.registry.supportRevision)
        if let known = last.withLock({ $0 }), known.key == key { return known.value }
        let spreads = try await services.registry.spreads(model: model.identity).filter { $0.count > 1 }
        let squares = spreads.reduce(0) { $0 + Double($1.count) * $1.spread * $1.spread }
        let freedom = spreads.reduce(0) { $0 + $1.count - 1 }
        let value = freedom > 0 ? squares / Double(freedom) : nil
        last.withLock { $0 = (key, value) }
        return value
    }
}
