import API
import Embedding
import FewShot
import Registry

extension ListUnknowns: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            try await services.embedInbox(active)
            let model = active.model
            let records = try await services.registry.unknowns()
            let all = try await services.registry.unknownEmbeddings(model: model.identity)
            let embeddings = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.vector) })
            // One that was kept or discarded at this moment has a record or an embedding alone.
            let pictures = records.filter { embeddings[$0.id] != nil }.prefix(AverageLinkage.mostPictures)
            let vectors = pictures.compactMap { embeddings[$0.id] }
            let (threshold, origin) = try await threshold(model, services)
            let groups = try await services.background { AverageLinkage.groups(vectors, within: threshold) }
            let means = MeanHead(support: groups.map { $0.map { vectors[$0] } }).prototypes
            let nearest = try services.registry.search(
                queries: means, model: model.identity, top: 1, temperature: services.meanTemperature(of: model))
            return Response(
                threshold: threshold, thresholdFrom: origin,
                groups: zip(groups, nearest).map { group, near in
                    UnknownGroup(
                        pictures: group.map { UnknownInfo(pictures[$0]) },
                        nearest: near.first.map { ReviewNeighbor($0) })
                })
        }
    }

    private static func threshold(_ model: Model, _ services: Services) async throws -> (Double, Origin) {
        do { return (try await services.pairs.thresholds(for: model, services).even, .registry) } catch let error
            as APIError where error.code == .tooFewImages
        { return model.radius.map { (Double($0), .model) } ?? (0, .none) }
    }
}
