import Foundation

/// The isotropic two-covariance model of embeddings: how likely it is that a picture shows a character, given how many pictures the
/// character's mean rests on.
///
/// A character's center is drawn from a normal distribution about zero with variance `between`, and its pictures are drawn about that center
/// with variance `within`; both are shared out evenly over `dimensions`. After k pictures with mean m, the character's center is expected at
/// s · m with s = k·b / (k·b + w), and a further picture has the variance v = w + b·w / (k·b + w) about it. A character without pictures
/// (k = 0) is a stranger: its center is at zero, and v = b + w.
///
/// Sources: Ioffe, "Probabilistic Linear Discriminant Analysis", ECCV 2006; Brümmer and de Villiers, "The Speaker Partitioning Problem",
/// Odyssey 2010.
public struct TwoCovariance: Sendable, Equatable, Codable {
    /// b, above 0: the variance of the characters' centers, summed over all directions.
    public let between: Double
    /// w, above 0: the variance of a character's pictures about its center, summed over all directions.
    public let within: Double
    /// The number of independent directions that the variances are shared out over, above 0. It is smaller than the width of an embedding,
    /// because an embedding's values depend on each other.
    public let dimensions: Double

    /// A model for embeddings of length 1 whose own was never fitted: about what the fits of several networks give.
    public static let typical = TwoCovariance(between: 7, within: 0.28, dimensions: 10)

    /// - Precondition: all are positive and finite.
    public init(between: Double, within: Double, dimensions: Double) {
        precondition([between, within, dimensions].allSatisfy { $0 > 0 && $0.isFinite }, "variances are positive")
        (self.between, self.within, self.dimensions) = (between, within, dimensions)
    }

    /// Reads the three values.
    /// - Throws: `DecodingError`, also if one of them is not positive.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let values = try [CodingKeys.between, .within, .dimensions].map {
            try container.decode(Double.self, forKey: $0)
        }
        guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a variance is not positive"))
        }
        self.init(between: values[0], within: values[1], dimensions: values[2])
    }

    /// The log-likelihood ratio of one count of pictures: linear in three squares.
    ///
    /// With d the distance of the picture to the mean m of the character's pictures, and x the picture:
    /// ln p(x | character) − ln p(x | stranger) = `constant` + `ofQuery`·‖x‖² + `ofMean`·‖m‖² − `ofDistance`·d².
    public struct Terms: Sendable, Equatable {
        public let constant: Double
        public let ofQuery: Double
        public let ofMean: Double
        /// Positive: a nearer picture is always likelier.
        public let ofDistance: Double

        /// Those of a character that no picture shows: the ratio is −∞.
        public static let impossible = Terms(constant: -.infinity, ofQuery: 0, ofMean: 0, ofDistance: 0)

        /// The log-likelihood ratio; positive if the picture is likelier to show the character than a stranger.
        /// - Parameters:
        ///   - squaredDistance: d², of the picture to the mean of the character's pictures.
        ///   - squaredMean: ‖m‖², of that mean.
        ///   - squaredQuery: ‖x‖², of the picture.
        public func ratio(squaredDistance: Double, squaredMean: Double, squaredQuery: Double) -> Double {
            constant + ofQuery * squaredQuery + ofMean * squaredMean - ofDistance * squaredDistance
        }
    }

    /// - Parameters:
    ///   - count: k, the number of pictures behind the mean, at least 1. It may be a fraction: of an appearance's mean, the pictures
    ///     of the character's other appearances count in part.
    ///   - asked: n, at least 1: the number of independent pictures that the query is the mean of. How they scatter about their mean says
    ///     nothing about who they show, so the ratio depends on their mean only. The variance of that mean about the center is w / n, so a
    ///     query has the variance v = w / n + b·w / (k·b + w), and b + w / n if it shows a stranger.
    public func terms(count: Double, asked: Double = 1) -> Terms {
        precondition(count >= 1 && asked >= 1, "a mean rests on a picture")
        let information = count * between
        let shrinkage = information / (information + within)
        let noise = within / asked
        let variance = noise + between * within / (information + within)
        let half = dimensions / 2
        // ‖x − s·m‖² = (1 − s)‖x‖² + s·d² − s(1 − s)‖m‖².
        return Terms(
            constant: half * (log(between + noise) - log(variance)),
            ofQuery: half * (1 / (between + noise) - (1 - shrinkage) / variance),
            ofMean: half * shrinkage * (1 - shrinkage) / variance,
            ofDistance: half * shrinkage / variance)
    }
}

/// The shares of a picture's probability: each character's, and a stranger's. Together they are one.
///
/// Before the picture is seen, a stranger is expected with the probability ``strangers``, and every character with an equal part of the rest.
public struct Posterior: Sendable, Equatable {
    /// The probability of a stranger before the picture is seen.
    public static let strangers = 0.5

    /// For each ratio, the character's probability.
    public let characters: [Double]
    /// The probability that the picture shows somebody who is not enrolled.
    public let stranger: Double

    /// - Parameters:
    ///   - ratios: the log-likelihood ratio of each character to a stranger, finite.
    ///   - enrolled: the number of all characters, if some that count as impossible are left out of `ratios`.
    public init(ratios: [Double], enrolled: Int? = nil) {
        let highest = max(0, ratios.max() ?? 0)
        let prior = (1 - Self.strangers) / Double(max(1, enrolled ?? ratios.count))
        let terms = ratios.map { prior * exp($0 - highest) }
        // Nobody but a stranger is expected if nobody is enrolled.
        let stranger = (ratios.isEmpty ? 1 : Self.strangers) * exp(-highest)
        let total = terms.reduce(stranger, +)
        characters = terms.map { $0 / total }
        self.stranger = stranger / total
    }
}
