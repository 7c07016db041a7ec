import Foundation

/// One of a character's means, as a picture sees it.
public struct SeenMean: Sendable, Equatable {
    /// The squared distance from the picture.
    public let squaredDistance: Double
    /// The squared length of the mean.
    public let squaredLength: Double
    /// The number of pictures behind it, at least 1; see ``Appearance/Row/count``.
    public let count: Double
    /// The share of the character's pictures that look like it.
    public let share: Double

    public init(squaredDistance: Double, squaredLength: Double, count: Double, share: Double = 1) {
        (self.squaredDistance, self.squaredLength) = (squaredDistance, squaredLength)
        (self.count, self.share) = (count, share)
    }

    /// ln Σ share · exp(ratio): the log-likelihood ratio of a mixture, each of whose means is as probable as it is frequent.
    /// - Parameters:
    ///   - count: how many there are, at least one.
    ///   - mean: the ratio and the share of each. One alone has the share 1.
    public static func mixture(_ count: Int, _ mean: (Int) -> (ratio: Double, share: Double)) -> Double {
        guard count > 1 else { return mean(0).ratio }
        let means = (0..<count).map(mean)
        let highest = means.reduce(-Double.infinity) { max($0, $1.ratio) }
        return highest + log(means.reduce(0) { $0 + $1.share * exp($1.ratio - highest) })
    }
}

/// A character as a picture sees it.
public struct SeenCharacter: Sendable, Equatable {
    /// The squared distance from the picture to the mean of all the character's pictures.
    public let squaredDistance: Double
    /// The first of its means; the only one unless the character has several appearances.
    private let first: SeenMean
    private let rest: [SeenMean]

    /// - Parameter means: the mean of all its pictures alone, or a mean for each of several appearances. Not empty.
    public init(squaredDistance: Double, means: [SeenMean]) {
        precondition(!means.isEmpty, "a character has a mean")
        self.squaredDistance = squaredDistance
        (first, rest) = (means[0], Array(means.dropFirst()))
    }

    /// A character with one appearance.
    public init(_ mean: SeenMean) { (squaredDistance, first, rest) = (mean.squaredDistance, mean, []) }

    /// One for each appearance.
    public var means: [SeenMean] { [first] + rest }

    /// The character's log-likelihood ratio to a stranger: that of its mean, or of the mixture of its appearances.
    /// - Parameters:
    ///   - squaredQuery: ‖x‖² of the picture.
    ///   - terms: the model's, for a number of pictures.
    public func ratio(squaredQuery: Double, _ terms: (Double) -> TwoCovariance.Terms) -> Double {
        SeenMean.mixture(1 + rest.count) { index in
            let mean = index == 0 ? first : rest[index - 1]
            let ratio = terms(mean.count).ratio(
                squaredDistance: mean.squaredDistance, squaredMean: mean.squaredLength, squaredQuery: squaredQuery)
            return (ratio, mean.share)
        }
    }
}
