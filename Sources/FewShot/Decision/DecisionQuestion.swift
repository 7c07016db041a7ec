public import Statistics

/// A picture of an enrolled character that is left out of its character's mean, as the fits of a decision rule need it.
///
/// It is asked twice: once of the registry with its character, and once as a stranger's picture of the registry without it.
public struct DecisionQuestion: Sendable {
    /// The index of its character.
    public let character: Int
    /// The squared length of the picture's embedding.
    public let squaredLength: Double
    /// Its character, made of the character's other pictures.
    public let own: SeenCharacter
    /// Other characters: at least one, the likeliest.
    public let others: [SeenCharacter]
    /// The number of all other characters; those not among ``others`` count as impossible.
    public let otherCount: Int

    public init(character: Int, squaredLength: Double, own: SeenCharacter, others: [SeenCharacter], otherCount: Int) {
        precondition(!others.isEmpty && otherCount >= others.count, "a question needs another character")
        (self.character, self.squaredLength, self.own) = (character, squaredLength, own)
        (self.others, self.otherCount) = (others, otherCount)
    }

    /// The questions that leave out each of a registry's pictures, or the first `most` of each character. A character with one picture is not
    /// asked about.
    /// - Parameters:
    ///   - support: for each character, its embeddings. At least two characters have some.
    ///   - grouping: finds the characters' appearances; nil for one mean each.
    static func leavingOneOut(
        _ support: [[[Float]]], grouping: TwoCovariance?, atMost most: Int = .max
    ) -> [DecisionQuestion] {
        let means = CharacterMeans(support, grouping: grouping)
        return support.indices.filter { support[$0].count > 1 }.flatMap { label in
            support[label].prefix(most).indices.map { picture in
                let query = support[label][picture]
                var all = means.seen(by: [query])[0]
                let own = means.seen(by: query, leavingOut: picture, of: label)
                all.remove(at: label)
                return DecisionQuestion(
                    character: label, squaredLength: squaredLength(query), own: own, others: all, otherCount: all.count)
            }
        }
    }

    /// The questions about further pictures of enrolled characters.
    /// - Parameter asked: for each character, the embeddings of pictures that it is not enrolled with.
    static func asking(_ asked: [[[Float]]], of means: CharacterMeans) -> [DecisionQuestion] {
        let queries = asked.flatMap(\.self)
        let labels = asked.indices.flatMap { label in asked[label].map { _ in label } }
        return zip(zip(queries, labels), means.seen(by: queries)).map { asked, seen in
            var others = seen
            let own = others.remove(at: asked.1)
            return DecisionQuestion(
                character: asked.1, squaredLength: squaredLength(asked.0), own: own, others: others,
                otherCount: others.count)
        }
    }

    /// The squared length of an embedding.
    public static func squaredLength(_ embedding: [Float]) -> Double { Double(ClassMeans.squaredNorm(embedding)) }

    /// Both answers to the question.
    public struct Answer: Sendable {
        /// The probability of the likeliest character, and whether it is the picture's own.
        public let best: Double
        public let isRight: Bool
        /// The probability of its own character.
        public let own: Double
        /// The same for the registry without the character: the probability of the likeliest other, and of a stranger.
        public let strangerBest: Double
        public let stranger: Double
    }

    public func answer(_ model: TwoCovariance) -> Answer { answer { model.terms(count: $0) } }

    /// - Parameter terms: the model's terms of a count.
    func answer(_ terms: (Double) -> TwoCovariance.Terms) -> Answer {
        let ownRatio = own.ratio(squaredQuery: squaredLength, terms)
        let ratios = others.map { $0.ratio(squaredQuery: squaredLength, terms) }
        let with = Posterior(ratios: [ownRatio] + ratios, enrolled: otherCount + 1)
        let without = Posterior(ratios: ratios, enrolled: otherCount)
        let likeliest = ratios.max() ?? -.infinity
        // Of two that are equally likely neither is the answer.
        return Answer(
            best: with.characters.max() ?? 0, isRight: ownRatio > likeliest, own: with.characters[0],
            strangerBest: without.characters.max() ?? 0, stranger: without.stranger)
    }
}
