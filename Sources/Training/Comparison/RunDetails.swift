public import Foundation
import Imaging

/// A run's answers to the test pictures: which classes it confuses, and its most confident mistakes.
public struct RunDetails: Sendable, Codable, Equatable {
    /// How many pictures of a class got a certain answer, right or wrong.
    public struct Count: Sendable, Codable, Equatable {
        /// Indices of the right class and of the answer.
        public let label, told: Int
        public let images: Int

        public init(label: Int, told: Int, images: Int) { (self.label, self.told, self.images) = (label, told, images) }
    }

    /// A picture with a wrong answer.
    public struct Mistake: Sendable, Codable, Equatable {
        public let path: String
        public let label, told: Int
        /// The calibrated probabilities of the answer and of the right class.
        public let probability, labelProbability: Double
        /// A small JPEG; nil if the file can no longer be read.
        public let thumbnail: Data?

        public init(
            path: String, label: Int, told: Int, probability: Double, labelProbability: Double, thumbnail: Data?
        ) {
            (self.path, self.label, self.told) = (path, label, told)
            (self.probability, self.labelProbability, self.thumbnail) = (probability, labelProbability, thumbnail)
        }
    }

    public let cell: ComparisonCell
    /// The counts above zero, ordered by label and then by answer.
    public let confusion: [Count]
    /// The most confident first.
    public let mistakes: [Mistake]

    public init(cell: ComparisonCell, confusion: [Count], mistakes: [Mistake]) {
        (self.cell, self.confusion, self.mistakes) = (cell, confusion, mistakes)
    }

    /// How many mistakes are kept, and the longer side of their thumbnails in pixels.
    private static let (most, side) = (24, 96)

    init(_ cell: ComparisonCell, _ predictions: [TransferResult.Prediction]) {
        self.cell = cell
        var counts: [[Int]: Int] = [:]
        for prediction in predictions { counts[[prediction.label, prediction.candidates[0]], default: 0] += 1 }
        confusion = counts.map { Count(label: $0.key[0], told: $0.key[1], images: $0.value) }
            .sorted { ($0.label, $0.told) < ($1.label, $1.told) }
        let wrong = predictions.filter { $0.candidates[0] != $0.label }
        let surest = wrong.sorted { ($1.probabilities[0], $0.path) < ($0.probabilities[0], $1.path) }
        mistakes = surest.prefix(Self.most).map {
            Mistake(
                path: $0.path, label: $0.label, told: $0.candidates[0], probability: $0.probabilities[0],
                labelProbability: $0.labelProbability, thumbnail: Self.thumbnail($0.path))
        }
    }

    /// The picture as a JPEG whose longer side is ``side`` pixels.
    private static func thumbnail(_ path: String) -> Data? {
        guard let bytes = FileManager.default.contents(atPath: path),
            let image = try? Image.decode([UInt8](bytes)).image
        else { return nil }
        let longer = max(image.width, image.height)
        let small = image.resized(
            width: max(1, image.width * side / longer), height: max(1, image.height * side / longer))
        return (try? small.encodeJPEG(quality: 80)).map { Data($0) }
    }
}
