import API
import Embedding
import FewShot
import Registry

extension ReviewCharacter: Route {
    /// Images that are asked at most, at even distances.
    private static let mostAsked = 200
    /// Neighbours that are listed.
    private static let neighbors = 3

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let model = active.model
            let support = try await services.registry.support(of: request.name, model: model.identity)
            let count = support.embeddings.count
            let mean = count == 0 ? nil : MeanHead(support: [support.embeddings]).prototypes.first
            let chosen = count < 2 ? [] : Array(0..<count).spread(atMost: mostAsked)
            let asked = chosen.count
            let queries = chosen.map { support.embeddings[$0] } + (mean.map { [$0] } ?? [])
            let near = try services.registry.search(
                queries: queries, model: model.identity, top: neighbors + 1,
                temperature: services.meanTemperature(of: model)
            ).map { $0.filter { $0.characterID != support.id } }
            let radii = Radii(model, services.calibrations.active(for: model))
            let answers = zip(chosen, near).map { index, others in
                ReviewedImage(
                    image: support.images[index],
                    distance: LeaveOneOut.ownDistance(support.embeddings[index], mean: mean ?? [], of: count),
                    other: others.first.map { ReviewNeighbor($0) },
                    radii: (radii.of(support.id), others.first.flatMap { radii.of($0.characterID) }))
            }
            let findings = CharacterFindings(support: support, answers: answers, modelRadius: model.radius)
            let duplicates = findings.nearDuplicates
            return CharacterReview(
                character: support.name, images: count, asked: asked, right: asked - findings.wrong,
                unknown: findings.unknown, answers: answers.sorted { $0.distance > $1.distance },
                nearDuplicates: duplicates,
                neighbors: (mean == nil ? [] : near.last ?? []).prefix(neighbors).map { ReviewNeighbor($0) },
                advice: findings.advice(duplicates))
        }
    }
}

extension ReviewNeighbor {
    init(_ near: Neighbor) { self.init(character: near.name, distance: Double(near.distance)) }
}
