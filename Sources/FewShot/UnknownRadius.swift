public import Statistics

/// The distance to the nearest prototype beyond which a picture is of nobody enrolled, fitted on characters that are known
/// to the fitting alone.
///
/// One half of the draws chooses the radius, the other says how good it is.
public struct UnknownRadius: Sendable, Equatable {
    public let radius: Double
    /// Of pictures of enrolled characters, the part named rightly and accepted at this radius.
    public let rightAndAccepted: Estimate
    /// Of pictures of enrolled characters, the part refused, whoever is nearest.
    public let falseRejects: Estimate
    /// Of pictures of strangers, the part accepted.
    public let falseAccepts: Estimate
    /// How many pictures of enrolled characters and of strangers were asked about to say so.
    public let pictures: Int

    /// One asked picture.
    private struct Question {
        let distance: Float
        /// Whether accepting it is right; a stranger is never right.
        let right: Bool
        let stranger: Bool
    }

    /// Draws halves of the classes again and again, up to ten to enrol with `shot` pictures each and as many strangers, asks ten
    /// pictures of each, and finds the radius.
    /// - Parameter falseAccepts: the part of strangers that may be accepted; nil balances: the sum of right-and-accepted
    ///   and of strangers refused is greatest.
    /// - Throws: ``DataSetError`` when fewer than four classes have enough pictures, or no radius keeps to `falseAccepts`.
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
                "no radius keeps the part of strangers accepted within \(falseAccepts ?? 1); allow more false accepts")
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

    /// The best of the distances that occur, nil where none above zero keeps to what is allowed.
    ///
    /// A radius accepts all that lies at it, so equal distances are counted together before they are judged.
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
