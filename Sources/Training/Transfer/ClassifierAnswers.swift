import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics

/// A dense layer's answers to one part of the pictures.
struct ClassifierAnswers {
    /// N × C.
    let logits: [Float]
    let labels: [Int]
    let classes: Int

    init(_ dense: Linear, _ features: [Float], labels: [Int]) {
        (logits, self.labels, classes) = (dense.forward(features), labels, dense.outputs)
    }

    private func row(_ index: Int) -> ArraySlice<Float> { logits[index * classes..<(index + 1) * classes] }

    /// The classes of a picture, most probable first; equal ones by index.
    func ranked(_ index: Int) -> [Int] {
        let values = Array(row(index))
        return values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
    }

    /// The negative logits, which serve ``Temperature`` as distances.
    private var distances: [[Double]] { labels.indices.map { row($0).map { -Double($0) } } }

    var score: TransferResult.Score {
        let ranks = labels.indices.map { ranked($0).firstIndex(of: labels[$0]) ?? classes }
        func share(_ top: Int) -> Estimate { Estimate(successes: ranks.count { $0 < top }, of: labels.count) }
        return TransferResult.Score(
            images: labels.count, loss: CrossEntropy()(logits, labels: labels).loss, top1: share(1), top5: share(5))
    }

    /// The temperature at which the right answers are most probable.
    var temperature: Double { Temperature.value(distances: distances, right: labels) }

    /// The expected calibration error, in ten bins.
    func calibrationError(_ temperature: Double) -> Double {
        Temperature.calibrationError(distances: distances, right: labels, temperature: temperature, bins: 10)
    }

    /// The answer to every picture, with calibrated probabilities.
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
