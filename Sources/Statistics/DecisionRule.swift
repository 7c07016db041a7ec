/// How a model's answers decide between a name and "unknown": the two-covariance model that gives the probabilities, and how probable an
/// answer must be.
public struct DecisionRule: Sendable, Equatable {
    /// A point of the curve that tells how many strangers a threshold lets through.
    public struct Point: Sendable, Equatable, Codable {
        /// The share of strangers' pictures whose likeliest character is at least as probable as ``threshold``.
        public let falseAccepts: Double
        /// The probability that a name needs.
        public let threshold: Double

        public init(falseAccepts: Double, threshold: Double) {
            (self.falseAccepts, self.threshold) = (falseAccepts, threshold)
        }
    }

    /// The share of strangers' pictures that may be named if the owner has not chosen one.
    public static let defaultFalseAccepts = 0.1
    /// An answer that is at least so probable is certain.
    public static let certainty = 0.9
    /// The shares that a curve gives thresholds for.
    public static let rates = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]

    /// The model of embeddings that gives the probabilities.
    public let covariance: TwoCovariance
    /// Not empty, with rising shares and falling thresholds.
    public let curve: [Point]

    /// A rule for embeddings of length 1 whose own was never fitted.
    public static let typical = DecisionRule(
        covariance: .typical,
        curve: [(0.01, 0.8), (0.05, 0.58), (0.1, 0.42), (0.2, 0.28), (0.5, 0.1)].map {
            Point(falseAccepts: $0.0, threshold: $0.1)
        })

    /// A model's rule. Models of version 0.1.0 have a radius instead; they are so alike that one rule fits them all.
    /// - Parameters:
    ///   - stored: the one in the model's file; nil if it has none.
    ///   - radius: the one in the model's file.
    /// - Returns: nil for a model without either, whose embeddings have no known scale.
    public static func ofModel<Radius>(_ stored: DecisionRule?, radius: Radius?) -> DecisionRule? {
        stored ?? (radius == nil ? nil : .typical)
    }

    /// - Precondition: the curve has a point; its shares rise, and its thresholds do not.
    public init(covariance: TwoCovariance, curve: [Point]) {
        precondition(Self.isCurve(curve), "a curve whose shares rise and whose thresholds fall")
        (self.covariance, self.curve) = (covariance, curve)
    }

    /// The probability that an answer needs, for a share of strangers that may be named. Between two points of the curve it lies on the line
    /// through them; beyond the ends it is the end's.
    public func threshold(falseAccepts: Double) -> Double {
        guard let after = curve.firstIndex(where: { $0.falseAccepts >= falseAccepts }) else {
            return curve[curve.count - 1].threshold
        }
        guard after > 0 else { return curve[0].threshold }
        let (low, high) = (curve[after - 1], curve[after])
        let part = (falseAccepts - low.falseAccepts) / (high.falseAccepts - low.falseAccepts)
        return low.threshold + part * (high.threshold - low.threshold)
    }

    /// The share of strangers that a threshold lets through: the inverse of ``threshold(falseAccepts:)``, with 1 at the threshold 0 and 0 at 1.
    func falseAccepts(threshold: Double) -> Double {
        let ends = [Point(falseAccepts: 0, threshold: 1)] + curve + [Point(falseAccepts: 1, threshold: 0)]
        guard let after = ends.firstIndex(where: { $0.threshold <= threshold }), after > 0 else { return 0 }
        let (high, low) = (ends[after - 1], ends[after])
        guard high.threshold > low.threshold else { return low.falseAccepts }
        let part = (high.threshold - threshold) / (high.threshold - low.threshold)
        return high.falseAccepts + part * (low.falseAccepts - high.falseAccepts)
    }

    /// The curve of this one's strangers together with measured ones.
    /// - Parameters:
    ///   - strangers: for each of at least one stranger's picture, the probability of its likeliest character.
    ///   - weight: this curve counts as so many pictures.
    public func curve(with strangers: [Double], weight: Double) -> [Point] {
        let sorted = strangers.sorted()
        func share(_ threshold: Double) -> Double {
            let measured = Double(sorted.count(where: { $0 >= threshold }))
            return (weight * falseAccepts(threshold: threshold) + measured) / (weight + Double(sorted.count))
        }
        return Self.rates.map { rate in
            var (low, high) = (0.0, 1.0)
            while high - low > 1e-9 {
                let middle = (low + high) / 2
                if share(middle) > rate { low = middle } else { high = middle }
            }
            return Point(falseAccepts: rate, threshold: high)
        }
    }

    /// The curve of measured strangers.
    /// - Parameter strangers: for each of at least one stranger's picture, the probability of its likeliest character.
    public static func curve(of strangers: [Double]) -> [Point] {
        let sorted = strangers.sorted(by: >)
        return rates.map { rate in
            // Just above the first picture that is to be refused.
            let first = min(Int(rate * Double(sorted.count)), sorted.count - 1)
            return Point(falseAccepts: rate, threshold: sorted[first].nextUp)
        }
    }
}

extension DecisionRule: Codable {
    private enum CodingKeys: String, CodingKey { case covariance, curve }

    /// - Throws: `DecodingError`, also if the curve is empty, or if its shares or thresholds are in the wrong order.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let covariance = try container.decode(TwoCovariance.self, forKey: .covariance)
        let curve = try container.decode([Point].self, forKey: .curve)
        guard Self.isCurve(curve) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "the curve's points are in the wrong order"))
        }
        self.init(covariance: covariance, curve: curve)
    }

    private static func isCurve(_ points: [Point]) -> Bool {
        !points.isEmpty
            && zip(points, points.dropFirst()).allSatisfy {
                $0.falseAccepts < $1.falseAccepts && $0.threshold >= $1.threshold
            }
    }
}
