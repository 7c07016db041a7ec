public import Imaging
import Randomness
public import Statistics

/// How well a detector finds faces in pictures whose faces are known.
///
/// A found box is right if it overlaps a face's box, that no better box has, by at least 0.4 (intersection over union); all others are false.
public struct DetectionScores: Sendable, Equatable {
    /// One picture's result.
    public struct Picture: Sendable, Equatable {
        /// The kind of picture, for the figures by kind.
        public let kind: String
        /// How many faces it has.
        public let faces: Int
        /// The found boxes: score, and whether it is right. The best first.
        public let found: [Found]

        public struct Found: Sendable, Equatable {
            public let score: Double
            public let isRight: Bool
        }

        /// - Parameters:
        ///   - truth: the boxes of all faces.
        ///   - ignored: places that may hold a face or not: boxes that are found there do not count.
        public init(
            kind: String, truth: [BoxEdges], ignored: [BoxEdges] = [], found: [(box: BoxEdges, score: Double)]
        ) {
            self.kind = kind
            faces = truth.count
            var isTaken = [Bool](repeating: false, count: truth.count)
            self.found = found.sorted { $0.score > $1.score }.compactMap { box, score in
                let best = truth.indices.filter { !isTaken[$0] }.max { truth[$0].overlap(box) < truth[$1].overlap(box) }
                guard let best, truth[best].overlap(box) >= DetectionScores.leastOverlap else {
                    return ignored.contains(where: box.touches) ? nil : Found(score: score, isRight: false)
                }
                isTaken[best] = true
                return Found(score: score, isRight: true)
            }
        }
    }

    /// Sums over pictures at one threshold.
    struct Counts {
        var faces = 0, right = 0, wrong = 0, facelessPictures = 0, falseBoxes = 0

        init(_ pictures: some Sequence<Picture>, threshold: Double) {
            for picture in pictures {
                let found = picture.found.prefix { $0.score >= threshold }
                if picture.faces == 0 {
                    facelessPictures += 1
                    falseBoxes += found.count
                } else {
                    faces += picture.faces
                    right += found.count { $0.isRight }
                    wrong += found.count { !$0.isRight }
                }
            }
        }

        var precision: Double { right + wrong > 0 ? Double(right) / Double(right + wrong) : 0 }
        var recall: Double { faces > 0 ? Double(right) / Double(faces) : 0 }
        /// The harmonic mean of precision and recall.
        var f1: Double { faces + right + wrong > 0 ? 2 * Double(right) / Double(faces + right + wrong) : 0 }
        var falseBoxRate: Double { facelessPictures > 0 ? Double(falseBoxes) / Double(facelessPictures) : 0 }
    }

    public static let leastOverlap = 0.4

    /// Boxes below this score do not count.
    public let threshold: Double
    public let pictures, faces, facelessPictures: Int
    /// Over the pictures with faces, with 95 % intervals: Wilson's for precision and recall, the bootstrap over pictures for the others. nil
    /// without such pictures.
    public let precision, recall, f1, averagePrecision: Estimate?
    /// Boxes found in a picture without any face, with its 95 % interval; nil without such pictures.
    public let falseBoxes: Estimate?

    private static let resamples = 1000

    public init(_ pictures: [Picture], threshold: Double) {
        self.threshold = threshold
        let counts = Counts(pictures, threshold: threshold)
        let (with, without) = (pictures.filter { $0.faces > 0 }, pictures.filter { $0.faces == 0 })
        (self.pictures, faces, facelessPictures) = (pictures.count, counts.faces, without.count)
        let found = counts.right + counts.wrong
        precision = found > 0 ? Estimate(successes: counts.right, of: found) : nil
        recall = counts.faces > 0 ? Estimate(successes: counts.right, of: counts.faces) : nil
        f1 = Self.bootstrap(with) { Counts($0, threshold: threshold).f1 }
        averagePrecision = Self.bootstrap(with, Self.averagePrecision)
        falseBoxes = Self.bootstrap(without) { Counts($0, threshold: threshold).falseBoxRate }
    }

    /// The threshold with the highest F1 less the false boxes for each picture without a face, among the scores 0.05, 0.06, …, 0.95.
    public static func bestThreshold(_ pictures: [Picture]) -> Double {
        (5...95).map { Double($0) / 100 }.max { value(pictures, $0) < value(pictures, $1) } ?? 0.5
    }

    private static func value(_ pictures: [Picture], _ threshold: Double) -> Double {
        let counts = Counts(pictures, threshold: threshold)
        return counts.f1 - counts.falseBoxRate
    }

    /// The area under the curve of precision over recall; the precision at a recall is the best at that recall or above (Everingham et al., "The
    /// PASCAL VOC Challenge: A Retrospective", IJCV 111, 2015).
    static func averagePrecision(_ pictures: [Picture]) -> Double {
        let faces = pictures.reduce(0) { $0 + $1.faces }
        guard faces > 0 else { return 0 }
        var right = 0
        var curve: [(isRight: Bool, precision: Double)] = []
        for (index, found) in pictures.flatMap(\.found).sorted(by: { $0.score > $1.score }).enumerated() {
            if found.isRight { right += 1 }
            curve.append((found.isRight, Double(right) / Double(index + 1)))
        }
        var (sum, best) = (0.0, 0.0)
        for point in curve.reversed() {
            best = max(best, point.precision)
            if point.isRight { sum += best }
        }
        return sum / Double(faces)
    }

    /// A figure with the central 95 % of its values on pictures drawn with replacement; nil without pictures.
    private static func bootstrap(_ pictures: [Picture], _ figure: ([Picture]) -> Double) -> Estimate? {
        guard !pictures.isEmpty else { return nil }
        var random = SplitMix64(seed: 1)
        let values = (0..<resamples).map { _ in
            figure(pictures.map { _ in random.pick(pictures) })
        }.sorted()
        let mean = figure(pictures)
        let (low, high) = (values[resamples / 40], values[resamples - 1 - resamples / 40])
        return Estimate(mean: mean, low: min(low, mean), high: max(high, mean))
    }
}

extension FaceDetector {
    /// What the detector finds in a picture whose faces are known, down to low scores.
    public func measure(_ entry: FacePictures.Entry, _ image: Image) -> DetectionScores.Picture {
        measure(entry.boxes, entry.ignored, of: entry.kind, in: image)
    }

    func measure(
        _ boxes: [BoxEdges], _ ignored: [BoxEdges], of kind: String, in image: Image
    ) -> DetectionScores.Picture {
        let found = faces(in: image, threshold: Self.lowestScore)
        return DetectionScores.Picture(
            kind: kind, truth: boxes, ignored: ignored, found: found.map { ($0.box.edges, $0.score) })
    }
}
