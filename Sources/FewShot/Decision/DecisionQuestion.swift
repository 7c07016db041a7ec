public import Statistics

/// A picture of an enrolled character that is left out of its character's mean, as the fits of a decision rule need it.
///
/// It is asked twice: once of the registry with its character, and once as a stranger's picture of the registry without it.
public struct DecisionQuestion: Sendable {
    /// A character's mean as the picture sees it.
    public struct Mean: Sendable, Equatable {
        /// The squared distance from the picture.
        public let squaredDistance: Double
        /// The squared length of the mean.
        public let squaredLength: Double
        /// The number of pictures behind it, at least 1.
        public let count: Int

        public init(squaredDistance: Double, squaredLength: Double, count: Int) {
            (self.squaredDistance, self.squaredLength, self.count) = (squaredDistance, squaredLength, count)
        }

        /// - Parameters:
        ///   - pictures: the embeddings of the character's pictures, at least one.
        ///   - query: the picture's embedding.
        public init(of pictures: [[Float]], from query: [Float]) {
            let means = ClassMeans([pictures])
            self.init(
                squaredDistance: Double(means.squaredDistances(to: [query])[0]),
                squaredLength: Double(means.squaredNorms[0]), count: pictures.count)
        }

        /// The means of all classes of a support.
        /// - Parameter squares: the picture's squared distances to them.
        static func all(_ means: ClassMeans, _ support: [[[Float]]], _ squares: ArraySlice<Float>) -> [Mean] {
            zip(support.indices, squares).map { label, square in
                Mean(
                    squaredDistance: Double(square), squaredLength: Double(means.squaredNorms[label]),
                    count: support[label].count)
            }
        }
    }

    /// The index of its character.
    public let character: Int
    /// The squared length of the picture's embedding.
    public let squaredLength: Double
    /// The mean of its character's other pictures.
    public let own: Mean
    /// The means of other characters: at least one, the likeliest.
    public let others: [Mean]
    /// The number of all other characters; those not among ``others`` count as impossible.
    public let otherCount: Int

    public init(character: Int, squaredLength: Double, own: Mean, others: [Mean], otherCount: Int) {
        precondition(!others.isEmpty && otherCount >= others.count, "a question needs another character")
        (self.character, self.squaredLength, self.own) = (character, squaredLength, own)
        (self.others, self.otherCount) = (others, otherCount)
    }

    /// The questions that leave out each of a registry's pictures, or the first `most` of each character. A character with one picture is not
    /// asked about.
    /// - Parameter support: for each character, its embeddings. At least two characters have some.
    static func leavingOneOut(_ support: [[[Float]]], atMost most: Int = .max) -> [DecisionQuestion] {
        let means = ClassMeans(support)
        return support.indices.filter { support[$0].count > 1 }.flatMap { label in
            support[label].prefix(most).indices.map { picture in
                let query = support[label][picture]
                let rest = support[label].indices.filter { $0 != picture }.map { support[label][$0] }
                var others = Mean.all(means, support, means.squaredDistances(to: [query])[...])
                others.remove(at: label)
                return DecisionQuestion(
                    character: label, squaredLength: squaredLength(query), own: Mean(of: rest, from: query),
                    others: others, otherCount: others.count)
            }
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
    func answer(_ terms: (Int) -> TwoCovariance.Terms) -> Answer {
        func ratio(_ mean: Mean) -> Double {
            terms(mean.count).ratio(
                squaredDistance: mean.squaredDistance, squaredMean: mean.squaredLength, squaredQuery: squaredLength)
        }
        let ownRatio = ratio(own)
        let ratios = others.map(ratio)
        let with = Posterior(ratios: [ownRatio] + ratios, enrolled: otherCount + 1)
        let without = Posterior(ratios: ratios, enrolled: otherCount)
        let likeliest = ratios.max() ?? -.infinity
        // Of two that are equally likely neither is the answer.
        return Answer(
            best: with.characters.max() ?? 0, isRight: ownRatio > likeliest, own: with.characters[0],
            strangerBest: without.characters.max() ?? 0, stranger: without.stranger)
    }
}
