import Embedding
import FewShot
import LinearAlgebra

/// The classes' means in a classifier's file. They are means of features of length 1.
struct ClassifierMeans {
    /// C × D.
    let values: [Float]
    private let width: Int

    /// - Parameter features: N × D.
    /// - Precondition: every class has a picture.
    init(_ features: [Float], labels: [Int], classes: Int) {
        let width = features.count / labels.count
        var support = [[[Float]]](repeating: [], count: classes)
        for (row, label) in labels.enumerated() { support[label].append(Self.unit(features, row, width)) }
        (values, self.width) = (Array(MeanHead(support: support).prototypes.joined()), width)
    }

    /// The distance from the mean of its own class that a share of the pictures stays within.
    func quantile(_ share: Double, of features: [Float], labels: [Int]) -> Float {
        let distances = labels.enumerated().map { row, label in
            TrainedClassifier.distance(of: Self.unit(features, row, width), toMean: label, in: values)
        }.sorted()
        return distances[min(Int((share * Double(distances.count)).rounded(.up)), distances.count) - 1]
    }

    private static func unit(_ features: [Float], _ row: Int, _ width: Int) -> [Float] {
        normalized(Array(features[row * width..<(row + 1) * width]))
    }
}
