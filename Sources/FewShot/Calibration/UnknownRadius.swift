public import Statistics

/// The distance to the nearest prototype beyond which a picture shows nobody enrolled. The fit uses characters that the network did not
/// train on. One half of the draws gives the radius, the other half its rates.
public struct UnknownRadius: Sendable, Equatable {
    public let radius: Double
    /// The share of pictures of enrolled characters that are named correctly and accepted.
    public let rightAndAccepted: Estimate
    /// The share of pictures of enrolled characters that are refused, whoever is nearest.
    public let falseRejects: Estimate
    /// The share of pictures of strangers that are accepted.
    public let falseAccepts: Estimate
    /// The number of pictures behind these rates.
    public let pictures: Int

    /// A picture that is asked about.
    private struct Question {
        let distance: Float
        /// Whether its nearest character is the right one; never for a stranger.
        let right: Bool
        let stranger: Bool
    }

    /// Draws classes again and again: up to ten that are enrolled with `shot` pictures each, and as many strangers. Asks about `query`
    /// pictures of each, and finds the radius.
    /// - Parameter falseAccepts: the share of strangers that may be accepted. nil maximizes the share right and accepted plus the share of
    ///   strangers refused.
    /// - Throws: ``DataSetError`` if fewer than four classes have enough pictures, or if no radius keeps to `falseAccepts`.
    public static func fit(
        _ embeddings: [[[Float]]], shot: Int = 5, query: Int = 10, draws: Int = 200, seed: UInt64, falseAccepts: Double?
    ) throws(DataSetError) -> UnknownRadius {
        let eligible = embeddings.count { $0.count >= shot + query }
        guard eligible >= 4 else {
            throw DataSetError(
                "a radius needs four classes of \(shot + query) pictures to fit on; \(eligible) of \(embeddings.count) have so many"
            )
        }
        let enrolled = min(10, eligible / 2)
        var sampler = try EpisodeSampler(
            sizes: embeddings.map(\.count), way: enrolled * 2, shot: shot, query: query, seed: seed)
        let questions = (0..<max(draws, 4)).map { _ in ask(sampler.next(), embeddings, enrolled: enrolled) }
        let (fitting, judging) = (questions[..<(questions.count / 2)], questions[(questions.count / 2)...])
        guard let radius = best(fitting.flatMap(\.self).sorted { $0.distance < $1.distance }, allowed: falseAccepts)
        else {
            throw DataSetError(
                "no radius accepts at most a share of \(falseAccepts ?? 1) of the strangers. Allow more false accepts.")
        }
        return UnknownRadius(radius: radius, judging: Array(judging))
    }

    private init(radius: Float, judging draws: [[Question]]) {
        func rate(of strangers: Bool, _ holds: (Question) -> Bool) -> Estimate {
            Estimate(
                rates: draws.map { draw in
                    let asked = draw.filter { $0.stranger == strangers }
                    return Double(asked.count(where: holds)) / Double(asked.count)
                })
        }
        self.radius = Double(radius)
        rightAndAccepted = rate(of: false) { $0.right && $0.distance <= radius }
        falseRejects = rate(of: false) { $0.distance > radius }
        falseAccepts = rate(of: true) { $0.distance <= radius }
        pictures = draws.reduce(0) { $0 + $1.count }
    }

    private static func ask(_ episode: EpisodeSampler.Episode, _ embeddings: [[[Float]]], enrolled: Int) -> [Question] {
        let head = MeanHead(
            support: (0..<enrolled).map { index in
                episode.support[index].map { embeddings[episode.classes[index]][$0] }
            })
        return episode.classes.indices.flatMap { index in
            episode.query[index].map { image in
                let nearest = head.nearest(to: embeddings[episode.classes[index]][image])
                return Question(distance: nearest.distance, right: nearest.index == index, stranger: index >= enrolled)
            }
        }
    }

    /// The best radius among the distances that occur; nil if none above zero keeps to the limit.
    ///
    /// A radius accepts every picture at that distance, so equal distances count together.
    private static func best(_ sorted: [Question], allowed: Double?) -> Float? {
        let strangers = Double(sorted.count(where: \.stranger))
        let known = Double(sorted.count) - strangers
        var (right, accepted) = (0.0, 0.0)
        var best: Float?
        var bestScore = -Double.infinity
        for (index, question) in sorted.enumerated() {
            if question.stranger { accepted += 1 } else if question.right { right += 1 }
            if index + 1 < sorted.count, sorted[index + 1].distance == question.distance { continue }
            let rates = (right: right / known, false: accepted / strangers)
            guard question.distance > 0, rates.false <= allowed ?? 1 else { continue }
            let score = allowed == nil ? rates.right - rates.false : rates.right
            guard score > bestScore else { continue }
            bestScore = score
            best = question.distance
        }
        return best
    }
}
