import Foundation
import Randomness
public import Statistics

/// How enrolled pictures would be answered if they were not enrolled: each is compared with the mean of its class's other pictures and
/// with the means of the other classes.
///
/// A class of one picture is among the others, but its picture is not asked: nothing of the class would be left.
public struct LeaveOneOut: Sendable {
    /// A picture that was asked.
    public struct Answer: Sendable, Equatable {
        /// Its class's place among the supports, and its own in the class.
        public let label: Int
        public let picture: Int
        /// To the mean of the other pictures of its class.
        public let ownDistance: Float
        /// The nearest other class; nil where there is none.
        public let other: Int?
        public let otherDistance: Float
        /// How many other classes are nearer than its own.
        public let nearer: Int

        public var isRight: Bool { nearer == 0 }
    }

    /// In the order of the supports.
    public let answers: [Answer]
    /// How many classes there are.
    public let classes: Int

    /// Multiply-adds that the asking may take: a second or less.
    private static let work = 1 << 34
    private static let fewestPictures = 200
    /// How many pictures are asked at most.
    public static let mostPictures = 2000

    /// - Parameter support: for each class, its embeddings, at least one, all of one width. Where there are more pictures than
    ///   ``mostPictures``, or than a second suffices for, pictures at even distances are asked.
    public init(_ support: [[[Float]]]) {
        let width = support.first?.first?.count ?? 1
        self.init(
            support,
            asked: Self.places(
                support.map(\.count), atMost: Self.limit(Self.mostPictures, classes: support.count, width)))
    }

    /// - Parameter asked: pictures of classes that have two at least, by the class's place and their own in the class.
    public init(_ support: [[[Float]]], asked: [(label: Int, picture: Int)]) {
        classes = support.count
        let means = ClassMeans(support)
        answers = stride(from: 0, to: asked.count, by: Self.block).flatMap { start in
            let block = asked[start..<min(start + Self.block, asked.count)]
            let distances = means.squaredDistances(to: block.map { support[$0.label][$0.picture] })
            return block.enumerated().map { row, place in
                Self.answer(
                    support[place.label][place.picture], place, of: support[place.label].count, means,
                    distances[row * support.count..<(row + 1) * support.count])
            }
        }
    }

    /// Pictures that are compared with all classes at a time.
    private static let block = 64

    /// So many pictures at most that a second suffices for.
    public static func limit(_ most: Int, classes: Int, _ width: Int) -> Int {
        min(most, max(fewestPictures, work / max(1, classes * width)))
    }

    /// The pictures that may be asked, of classes with so many; where there are more than `limit`, some at even distances.
    public static func places(_ sizes: [Int], atMost limit: Int) -> [(label: Int, picture: Int)] {
        sizes.indices.flatMap { label in
            sizes[label] < 2 ? [] : (0..<sizes[label]).map { (label: label, picture: $0) }
        }.spread(atMost: limit)
    }

    /// - Parameter squares: the picture's squared distances to the means of all classes.
    private static func answer(
        _ query: [Float], _ place: (label: Int, picture: Int), of count: Int, _ means: ClassMeans,
        _ squares: ArraySlice<Float>
    ) -> Answer {
        let own = ownDistance(query, mean: means.mean(place.label), of: count)
        var (other, least, nearer) = (Int?.none, Float.infinity, 0)
        for (index, square) in squares.enumerated() where index != place.label {
            if square < own * own { nearer += 1 }
            if square < least { (other, least) = (index, square) }
        }
        return Answer(
            label: place.label, picture: place.picture, ownDistance: own, other: other,
            otherDistance: other.map { MeanHead.squaredDistance(query, means.mean($0)).squareRoot() } ?? .infinity,
            nearer: nearer)
    }

    /// How far a picture is from the mean of its class's other pictures.
    /// - Parameters:
    ///   - mean: of the class, the picture included.
    ///   - count: the class's pictures, two at least.
    public static func ownDistance(_ query: [Float], mean: [Float], of count: Int) -> Float {
        precondition(count > 1, "a class of one picture has no others")
        // x − m' = n/(n−1) · (x − m).
        return MeanHead.squaredDistance(query, mean).squareRoot() * Float(count) / Float(count - 1)
    }

    /// Pairs of a class's pictures nearer to each other than a distance, nearest first.
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

    /// The share answered rightly, with Wilson's interval over pictures; nil where none was asked.
    public var accuracy: Estimate? {
        answers.isEmpty ? nil : Estimate(successes: answers.count(where: \.isRight), of: answers.count)
    }
}

/// What accuracy is to be expected with another number of classes like these.
extension LeaveOneOut {
    public struct Forecast: Sendable, Equatable {
        /// Classes to tell apart.
        public let way: Int
        /// Every class's pictures count alike. The interval is over classes: that of the bootstrap, no narrower than Wilson's.
        public let accuracy: Estimate
        /// Whether there are fewer classes than that.
        public let isExtrapolated: Bool
    }

    private static let resamplings = 200

    /// Where there are enough classes, the exact mean over all choices of so many that contain the picture's own: of its C − 1 others,
    /// k of which are nearer, none of the k may be among the n − 1 chosen. Where there are too few, the line through the
    /// accuracies at C/2 and C over log n, which is how accuracy falls as galleries grow.
    /// - Returns: nil with fewer than four classes that were asked.
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

    /// How likely none of the k nearer classes is among n − 1 chosen of the C − 1 others.
    private func right(nearer k: Int, way n: Int) -> Double {
        let others = classes - 1
        guard k > 0 else { return 1 }
        guard others - k >= n - 1 else { return 0 }
        var likelihood = 1.0
        for chosen in 0..<min(k, n - 1) {
            // Symmetric in k and n − 1: the shorter product.
            likelihood *= Double(others - max(k, n - 1) - chosen) / Double(others - chosen)
        }
        return likelihood
    }
}
