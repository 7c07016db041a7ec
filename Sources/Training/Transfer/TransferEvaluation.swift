import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics

/// What a dense layer says of a part of the pictures.
struct Answers {
    /// N × C.
    let logits: [Float]
    let labels: [Int]
    let classes: Int

    init(_ dense: Linear, _ features: [Float], labels: [Int]) {
        (logits, self.labels, classes) = (dense.forward(features), labels, dense.outputs)
    }

    private func row(_ index: Int) -> ArraySlice<Float> { logits[index * classes..<(index + 1) * classes] }

    /// Every picture's classes, likeliest first; equal ones in their order.
    func ranked(_ index: Int) -> [Int] {
        let values = Array(row(index))
        return values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
    }

    /// Logits with their signs turned, which are distances to ``Temperature``.
    private var distances: [[Double]] { labels.indices.map { row($0).map { -Double($0) } } }

    var score: TransferResult.Score {
        let ranks = labels.indices.map { ranked($0).firstIndex(of: labels[$0]) ?? classes }
        func share(_ top: Int) -> Estimate { Estimate(successes: ranks.count { $0 < top }, of: labels.count) }
        return TransferResult.Score(
            images: labels.count, loss: CrossEntropy()(logits, labels: labels).loss, top1: share(1), top5: share(5))
    }

    /// The temperature at which these answers are likeliest.
    var temperature: Double { Temperature.value(distances: distances, right: labels) }

    /// How far confidence lies from accuracy, over ten bins.
    func calibrationError(_ temperature: Double) -> Double {
        Temperature.calibrationError(distances: distances, right: labels, temperature: temperature, bins: 10)
    }

    /// Every picture's answer, with calibrated probabilities.
    func predictions(_ paths: [String], temperature: Double) -> [TransferResult.Prediction] {
        paths.indices.map { index in
            let values = row(index).map { Double($0) / temperature }
            let highest = values.max() ?? 0
            let total = values.reduce(0) { $0 + exp($1 - highest) }
            func probability(_ label: Int) -> Double { exp(values[label] - highest) / total }
            let candidates = Array(ranked(index).prefix(5))
            return TransferResult.Prediction(
                path: paths[index], label: labels[index], candidates: candidates,
                probabilities: candidates.map(probability), labelProbability: probability(labels[index]))
        }
    }
}

/// Each class's mean of features of length 1, and how far pictures of a class lie from it.
struct ClassMeans {
    /// C × D.
    let values: [Float]
    private let width: Int

    /// - Parameter features: N × D.
    /// - Precondition: every class has a picture.
    init(_ features: [Float], labels: [Int], classes: Int) {
        let width = features.count / labels.count
        var sums = [Float](repeating: 0, count: classes * width)
        var counts = [Float](repeating: 0, count: classes)
        for (row, label) in labels.enumerated() {
            counts[label] += 1
            for (column, value) in Self.unit(features, row, width).enumerated() {
                sums[label * width + column] += value
            }
        }
        for label in 0..<classes {
            for place in label * width..<(label + 1) * width { sums[place] /= counts[label] }
        }
        (values, self.width) = (sums, width)
    }

    /// The distance that the given part of the pictures lies within, each from the mean of its own class.
    func quantile(_ part: Double, of features: [Float], labels: [Int]) -> Float {
        let distances = labels.enumerated().map { row, label -> Float in
            let unit = Self.unit(features, row, width)
            var square: Float = 0
            for column in 0..<width {
                let difference = values[label * width + column] - unit[column]
                square += difference * difference
            }
            return square.squareRoot()
        }.sorted()
        return distances[min(Int((part * Double(distances.count)).rounded(.up)), distances.count) - 1]
    }

    private static func unit(_ features: [Float], _ row: Int, _ width: Int) -> [Float] {
        var unit = Array(features[row * width..<(row + 1) * width])
        normalize(&unit, 0..<width)
        return unit
    }
}
