import API
import Embedding
import FewShot
import Registry

extension ReviewRegistry: Route {
    /// Images whose embeddings are read, about.
    private static let mostRead = 50_000
    /// Characters that a forecast is given for.
    private static let forecast = [20, 100, 500]

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let model = active.model
            let counts = try await services.registry.counts()
            let support = try await services.registry.support(model: model.identity, atMost: mostRead).characters
            let (name, radius) = (active.name, model.radius)
            return try await services.background {
                let asked = LeaveOneOut(support.map(\.embeddings))
                let answers = Dictionary(grouping: asked.answers, by: \.label)
                let characters = support.indices.compactMap {
                    attention(support, $0, answers[$0] ?? [], radius: radius)
                }
                return RegistryReview(
                    model: name, characters: counts.characters, images: counts.images, readCharacters: support.count,
                    asked: asked.answers.count, accuracy: asked.accuracy.map { Share($0) },
                    unknown: radius.flatMap { asked.unknown(beyond: $0) }.map { Share($0) },
                    forecasts: forecast.compactMap { asked.forecast(way: $0) }.map {
                        AccuracyForecast(
                            characters: $0.way, accuracy: Share($0.accuracy), extrapolated: $0.isExtrapolated)
                    },
                    attention: characters.sorted {
                        ($1.wrong, $0.images, $0.character) < ($0.wrong, $1.images, $1.character)
                    })
            }
        }
    }

    private static func attention(
        _ support: [Support.Character], _ label: Int, _ answers: [LeaveOneOut.Answer], radius: Float?
    ) -> CharacterAttention? {
        let character = support[label]
        let images = answers.map { answer in
            ReviewedImage(
                image: character.images[answer.picture], distance: answer.ownDistance,
                other: answer.other.map {
                    ReviewNeighbor(character: support[$0].name, distance: Double(answer.otherDistance))
                })
        }
        let findings = CharacterFindings(support: character, answers: images, radius: radius)
        let advice = findings.advice(findings.nearDuplicates)
        guard !advice.isEmpty else { return nil }
        return CharacterAttention(
            character: character.name, images: character.images.count, asked: images.count, wrong: findings.wrong,
            advice: advice)
    }
}

extension Share {
    init(_ estimate: Estimate) {
        self.init(mean: estimate.mean, low: estimate.bounds[0], high: estimate.bounds[1])
    }
}
