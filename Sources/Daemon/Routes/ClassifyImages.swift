import API
import Embedding
import Registry

extension ClassifyImages: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let response = try await services.withActiveModel { active in
            let pictures = try await Picture.decode(request.files, for: active.model.transform)
            let vectors = await services.inference.embed(pictures.map(\.prepared), with: active.embedder)
            let neighbors = try services.registry.search(
                queries: vectors, model: active.model.identity, top: request.top ?? defaultTop,
                temperature: active.model.temperature)
            return Response(
                model: active.name,
                results: zip(request.files, neighbors).map { file, near in
                    classification(of: file.name, near, radius: active.model.radius)
                })
        }
        let unknown = response.results.count(where: \.unknown)
        services.metrics.countAnswers(named: response.results.count - unknown, unknown: unknown)
        return response
    }

    /// Unknown is decided on the absolute distance to the nearest prototype, never on the softmax.
    private static func classification(of image: String?, _ near: [Neighbor], radius: Float?) -> Classification {
        let nearest = near.first.flatMap { $0.distance <= radius ?? .infinity ? $0 : nil }
        return Classification(
            image: image, character: nearest?.name, unknown: nearest == nil,
            candidates: near.map {
                Candidate(character: $0.name, probability: Double($0.probability), distance: Double($0.distance))
            },
            radius: radius.map(Double.init))
    }
}
