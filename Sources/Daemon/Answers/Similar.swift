import API
import Embedding
import Registry

extension FindSimilarImages: Route {
    static var effect: Effect { .computes }
    // It reads all embeddings.
    static var work: RouteWork { .long }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let vectors = try await services.embeddedFaces(request.files, request.selection, by: active)
            let start = ContinuousClock.now
            defer { services.metrics.count(.evidence, .now - start) }
            var results: [[SimilarImage]] = []
            for vector in vectors {
                results.append(
                    try await services.registry.nearestSupports(
                        to: vector, ofCharacter: nil, model: active.model.identity, limit: request.limit ?? defaultLimit
                    ))
            }
            return Response(model: active.name, results: results)
        }
    }
}

extension Services {
    /// The enrolled pictures of a character that are nearest to a picture, nearest first: the evidence for an answer.
    ///
    /// While the database is away there is none: the answer rests on memory.
    func evidence(for vector: [Float], character: String, model: Model) async throws(RegistryError) -> [NearImage] {
        guard !registry.isAway else { return [] }
        return try await registry.nearestSupports(
            to: vector, ofCharacter: character, model: model.identity, limit: ClassifyImages.nearestListed
        ).map { NearImage(id: $0.image.id, distance: $0.distance, source: $0.image.source, pack: $0.image.pack) }
    }
}
