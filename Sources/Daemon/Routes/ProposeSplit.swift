import API
import Embedding
import FewShot
import Registry

extension ProposeSplit: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.checkExists(character: request.name)
        return try await services.withActiveModel { active in
            let support = try await services.registry.support(of: request.name, model: active.model.identity)
            // Its own pairs are in question.
            let pairs = try await services.pairs.thresholds(without: support.id, for: active.model, services)
            let read = Array(support.embeddings.prefix(AverageLinkage.mostPictures))
            let groups = try await services.background { AverageLinkage.groups(read, within: pairs.even) }
            return Response(
                threshold: pairs.even, error: RateInfo(pairs.evenError),
                groups: groups.map { $0.map { support.images[$0] } }, left: support.images.count - read.count)
        }
    }
}
