import API
import Embedding
import FewShot
import Registry
import Statistics

extension ReviewRegistry: Route {
    /// Embeddings of about so many images are read.
    private static let mostRead = 50_000
    /// The numbers of characters to forecast the accuracy for.
    private static let forecast = [20, 100, 500]

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let model = active.model
            let counts = try await services.registry.counts()
            let support = try await services.registry.support(model: model.identity, atMost: mostRead).characters
            let (name, radii) = (active.name, services.radii(of: model))
            return try await services.background {
                let asked = LeaveOneOut(support.map(\.embeddings))
                let images = asked.answers.map { image($0, support, radii) }
                let answers = Dictionary(grouping: asked.answers.indices, by: { asked.answers[$0].label })
                let characters = support.indices.compactMap { label in
                    attention(support[label], (answers[label] ?? []).map { images[$0] }, modelRadius: model.radius)
                }
                let unknown = images.compactMap(\.unknown)
                return RegistryReview(
                    model: name, characters: counts.characters, images: counts.images, readCharacters: support.count,
                    asked: asked.answers.count, accuracy: asked.accuracy,
                    unknown: unknown.isEmpty
                        ? nil : Estimate(successes: unknown.count(where: \.self), of: unknown.count),
                    forecasts: forecast.compactMap { asked.forecast(way: $0) }.map {
                        AccuracyForecast(
                            characters: $0.way, accuracy: $0.accuracy, extrapolated: $0.isExtrapolated)
                    },
                    attention: characters.sorted {
                        ($1.wrong, $0.images, $0.character) < ($0.wrong, $1.images, $1.character)
                    })
            }
        }
    }

    private static func image(
        _ answer: LeaveOneOut.Answer, _ support: [Support.Character], _ radii: Radii
    ) -> ReviewedImage {
        let other = answer.other.map { support[$0] }
        return ReviewedImage(
            image: support[answer.label].images[answer.picture], distance: answer.ownDistance,
            other: other.map { NearCharacter(character: $0.name, distance: Double(answer.otherDistance)) },
            radii: (radii.of(support[answer.label].id), other.flatMap { radii.of($0.id) }))
    }

    private static func attention(
        _ character: Support.Character, _ images: [ReviewedImage], modelRadius: Float?
    ) -> CharacterAttention? {
        let findings = CharacterFindings(support: character, answers: images, modelRadius: modelRadius)
        let advice = findings.advice(findings.nearDuplicates)
        guard !advice.isEmpty else { return nil }
        return CharacterAttention(
            character: character.name, images: character.images.count, asked: images.count, wrong: findings.wrong,
            advice: advice)
    }
}
