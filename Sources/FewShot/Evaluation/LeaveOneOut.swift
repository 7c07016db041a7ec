import Foundation
import Randomness
public import Statistics

/// The answers that enrolled pictures would get if they were not enrolled. Each picture is compared with the mean of its class's other
/// pictures and with the means of the other classes. The likeliest class under a two-covariance model is the answer, or the nearest mean
/// if there is no model. For the likelihood, a class whose pictures fall into groups has a mean for each group; the picture is taken out of
/// its own group, which goes if nothing is left of it.
///
/// A class with one picture can be an answer, but its picture is not asked about, because nothing of the class would be left.
public struct LeaveOneOut: Sendable {
    /// A picture that was asked about.
    public struct Answer: Sendable, Equatable {
        /// The index of its class among the supports.
        public let label: Int
        /// Its index in the class.
        public let picture: Int
        /// The distance to the mean of its class's other pictures.
        public let ownDistance: Float
        /// The other class that is likeliest, or nearest if there is no model; nil if there is none.
        public let other: Int?
        public let otherDistance: Float
        /// The number of other classes that are likelier than its own, or nearer if there is no model.
        public let nearer: Int
        /// The probability of the answer, its own class or ``other``; nil if there is no model.
        public let probability: Double?

        public var isRight: Bool { nearer == 0 }
    }

    /// In the order of the supports.
    public let answers: [Answer]
    /// The number of classes.
    public let classes: Int

    /// The most multiply-adds of all comparisons: about a second or less.
    private static let work = 1 << 34
    private static let fewestPictures = 200
    /// The most pictures asked about.
    public static let mostPictures = 2000

    /// - Parameter support: for each class, at least one embedding, all of one width. If there are more pictures than ``mostPictures``, or
    ///   than about a second allows, evenly spaced pictures are asked about.
    /// - Parameter model: gives each class's probability from the number of its pictures; nil to go by distances.
    /// - Parameter grouping: finds the appearances of each class; nil for one mean each.
    public init(_ support: [[[Float]]], model: TwoCovariance?, grouping: TwoCovariance? = nil) {
        self.init(support, model: model, grouping: grouping) {}
    }

    /// As ``init(_:model:grouping:)``.
    /// - Parameter check: called before every few pictures; ends the computation by throwing.
    public init(
        _ support: [[[Float]]], model: TwoCovariance?, grouping: TwoCovariance? = nil, check: () throws -> Void
    ) rethrows {
        let width = support.first?.first?.count ?? 1
        try self.init(
            support, model: model, grouping: grouping,
            asked: Self.places(
                support.map(\.count), atMost: Self.limit(Self.mostPictures, classes: support.count, width)),
            check: check)
    }

    /// - Parameter asked: pictures of classes with at least two, by the index of the class and their index in it.
    public init(
        _ support: [[[Float]]], model: TwoCovariance?, grouping: TwoCovariance?, asked: [(label: Int, picture: Int)]
    ) {
        self.init(support, model: model, grouping: grouping, asked: asked) {}
    }

    private init(
        _ support: [[[Float]]], model: TwoCovariance?, grouping: TwoCovariance?, asked: [(label: Int, picture: Int)],
        check: () throws -> Void
    ) rethrows {
        classes = support.count
        let means = Means(support, model, grouping)
        answers = try stride(from: 0, to: asked.count, by: Self.block).flatMap { start in
            try check()
            let block = asked[start..<min(start + Self.block, asked.count)]
            let squares = means.means.squares(of: block.map { support[$0.label][$0.picture] })
            return block.enumerated().map { row, place in means.answer(place, row, squares) }
        }
    }

    /// Pictures that are compared with all classes at once.
    private static let block = 64

    /// The most pictures, up to `most`, that about a second allows.
    public static func limit(_ most: Int, classes: Int, _ width: Int) -> Int {
        min(most, max(fewestPictures, work / max(1, classes * width)))
    }

    /// The pictures that can be asked about, for classes of these sizes. If there are more than `limit`, evenly spaced ones are chosen.
    public static func places(_ sizes: [Int], atMost limit: Int) -> [(label: Int, picture: Int)] {
        sizes.indices.flatMap { label in
            sizes[label] < 2 ? [] : (0..<sizes[label]).map { (label: label, picture: $0) }
        }.spread(atMost: limit)
    }

    /// The means of all classes, and how a picture's likelihood follows from its distance to them.
    private struct Means {
        let means: CharacterMeans
        private let counts: [Int]
        private let model: TwoCovariance?
        /// nil if there is no model.
        private let terms: CharacterMeans.Terms?

        init(_ support: [[[Float]]], _ model: TwoCovariance?, _ grouping: TwoCovariance?) {
            means = CharacterMeans(support, grouping: model == nil ? nil : grouping)
            counts = support.map(\.count)
            self.model = model
            terms = model.map { [means] in means.terms(of: $0) }
        }

        /// - Parameter row: the picture's among the squares.
        func answer(_ place: (label: Int, picture: Int), _ row: Int, _ squares: CharacterMeans.Squares) -> Answer {
            let (label, query) = (place.label, squares.queries[row])
            let own = LeaveOneOut.ownDistance(query, mean: means.means.mean(label), of: counts[label])
            let scores = scores(place, row, own, squares)
            var (other, nearer) = (Int?.none, 0)
            for index in counts.indices where index != label {
                if scores[index] > scores[label] { nearer += 1 }
                if scores[index] > other.map({ scores[$0] }) ?? -.infinity { other = index }
            }
            let probability = model.map { _ in
                Posterior(ratios: scores).characters[nearer == 0 ? label : other ?? label]
            }
            return Answer(
                label: label, picture: place.picture, ownDistance: own, other: other,
                otherDistance: other.map { MeanHead.squaredDistance(query, means.means.mean($0)).squareRoot() }
                    ?? .infinity,
                nearer: nearer, probability: probability)
        }

        /// For each class, the log-likelihood ratio to a stranger, or the negative squared distance if there is no model. The picture's own
        /// class is without the picture.
        private func scores(
            _ place: (label: Int, picture: Int), _ row: Int, _ own: Float, _ squares: CharacterMeans.Squares
        ) -> [Double] {
            guard let model, let terms else {
                return zip(counts.indices, means.toMeans(row, squares)).map { label, square in
                    -Double(label == place.label ? own * own : square)
                }
            }
            let query = squares.queries[row]
            let square = Double(ClassMeans.squaredNorm(query))
            return counts.indices.map { label in
                guard label == place.label else {
                    return means.ratio(of: label, row, squares, squaredQuery: square, terms)
                }
                return means.seen(by: query, leavingOut: place.picture, of: label)
                    .ratio(squaredQuery: square) { model.terms(count: $0) }
            }
        }
    }

    /// The distance of a picture to the mean of its class's other pictures.
    /// - Parameters:
    ///   - mean: the mean of the class, including the picture.
    ///   - count: the number of pictures in the class, at least two.
    public static func ownDistance(_ query: [Float], mean: [Float], of count: Int) -> Float {
        precondition(count > 1, "a class of one picture has no others")
        // x − m' = n/(n−1) · (x − m).
        return MeanHead.squaredDistance(query, mean).squareRoot() * Float(count) / Float(count - 1)
    }

    /// The pairs of a class's pictures that are nearer to each other than a distance, nearest first.
    public static func pairs(
        among pictures: [[Float]], nearerThan bound: Float
    ) -> [(first: Int, second: Int, distance: Float)] {
        var pairs: [(first: Int, second: Int, distance: Float)] = []
        for second in pictures.indices {
            for first in 0..<second {
                let distance = MeanHead.squaredDistance(pictures[first], pictures[second]).squareRoot()
                if distance < bound { pairs.append((first, second, distance)) }
            }
        }
        return pairs.sorted { ($0.distance, $0.first, $0.second) < ($1.distance, $1.first, $1.second) }
    }

    /// The share of right answers, with Wilson's interval over pictures; nil if nothing was asked.
    public var accuracy: Estimate? {
        answers.isEmpty ? nil : Estimate(successes: answers.count(where: \.isRight), of: answers.count)
    }
}

/// The expected accuracy for another number of similar classes.
extension LeaveOneOut {
    public struct Forecast: Sendable, Equatable {
        /// The number of classes.
        public let way: Int
        /// Every class counts equally. The interval is over classes: the bootstrap's, at least as wide as Wilson's.
        public let accuracy: Estimate
        /// Whether there are fewer classes than `way`.
        public let isExtrapolated: Bool
    }

    private static let resamplings = 200

    /// With enough classes, this is the exact mean over all choices of n classes that contain the picture's own: of the C − 1 others, k are
    /// nearer, and none of the k may be among the n − 1 chosen. With too few classes, it extends the line through the accuracies at C/2 and C
    /// over log n, because accuracy falls about linearly with the logarithm of the number of classes.
    /// - Returns: nil if fewer than four classes were asked about.
    public func forecast(way: Int) -> Forecast? {
        let byClass = Dictionary(grouping: answers, by: \.label).sorted { $0.key < $1.key }.map(\.value)
        guard byClass.count >= 4, way > 1 else { return nil }
        func rates(_ n: Int) -> [Double] {
            byClass.map { answers in
                answers.reduce(0) { $0 + right(nearer: $1.nearer, way: n) } / Double(answers.count)
            }
        }
        let isExtrapolated = way > classes
        let (half, whole) = (rates(max(2, classes / 2)), rates(min(way, classes)))
        let doublings =
            isExtrapolated ? log(Double(way) / Double(classes)) / log(Double(classes) / Double(max(2, classes / 2))) : 0
        func value(_ chosen: [Int]) -> Double {
            let (h, w) = chosen.reduce((0.0, 0.0)) { ($0.0 + half[$1], $0.1 + whole[$1]) }
            let count = Double(chosen.count)
            return min(1, max(0, (w - doublings * max(0, h - w)) / count))
        }
        let mean = value(Array(byClass.indices))
        var random = SplitMix64(seed: 0x666f7265)
        let resampled = (0..<Self.resamplings).map { _ in
            value(byClass.indices.map { _ in Int(random.next() % UInt64(byClass.count)) })
        }.sorted()
        let wilson = Estimate(share: mean, of: Double(byClass.count))
        return Forecast(
            way: way,
            accuracy: Estimate(
                mean: mean,
                interval: min(
                    resampled[Self.resamplings / 40], wilson.interval.lowerBound)...max(
                        resampled[Self.resamplings - 1 - Self.resamplings / 40], wilson.interval.upperBound)),
            isExtrapolated: isExtrapolated)
    }

    /// The probability that none of the k nearer classes is among n − 1 chosen ones of the C − 1 others.
    private func right(nearer k: Int, way n: Int) -> Double {
        let others = classes - 1
        guard k > 0 else { return 1 }
        guard others - k >= n - 1 else { return 0 }
        var likelihood = 1.0
        for chosen in 0..<min(k, n - 1) {
            // Symmetric in k and n − 1, so this takes the shorter product.
            likelihood *= Double(others - max(k, n - 1) - chosen) / Double(others - chosen)
        }
        return likelihood
    }
}
