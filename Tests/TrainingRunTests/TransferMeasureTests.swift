import Foundation
import Imaging
import NeuralNetwork
import Statistics
import Testing

@testable import Training

/// Rates, early stopping and the measures of a classifier's answers, against numbers worked out by hand.
@Suite struct TransferMeasureTests {
    @Test func `the rate falls on a plateau of Keras's patience, and not below its floor`() {
        var plateau = ReduceOnPlateau.keras()
        var rate = 0.005
        var rates: [Double] = []
        // A fall of 1e-4 or less does not count. The third such epoch reduces the rate, and the count starts again.
        for loss in [1.0, 0.99995, 1, 1.1, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6] {
            rate = plateau.rate(after: loss, current: rate)
            rates.append(rate)
        }
        let expected = [0.005, 0.005, 0.005, 0.001, 0.001, 0.001, 0.001, 2e-4, 2e-4, 2e-4, 4e-5, 4e-5, 4e-5, 1e-5]
        #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(rates.suffix(3) == [1e-5, 1e-5, 1e-5])
    }

    @Test func `a plateau that version 0.1.0 began goes on`() throws {
        let before = Data(
            #"{"factor":0.2,"minimum":1e-5,"progress":{"patience":3,"smallest":1e-4,"waited":2,"lowest":0.5}}"#.utf8)
        var plateau = try JSONDecoder().decode(ReduceOnPlateau.self, from: before)
        #expect(plateau.rate(after: 0.6, current: 0.005) == 0.001)
        #expect(try JSONDecoder().decode(ReduceOnPlateau.self, from: JSONEncoder().encode(plateau)) == plateau)
        let pytorch = Data(
            #"{"factor":0.5,"patience":0,"threshold":1e-4,"cooldown":0,"minimum":0,"best":0.5,"badEpochs":0,"cooldownLeft":0}"#
                .utf8)
        plateau = try JSONDecoder().decode(ReduceOnPlateau.self, from: pytorch)
        #expect(plateau.rate(after: 0.6, current: 0.01) == 0.005)
    }

    @Test func `shares of version 0.1.0 are read, and gray has its key of then`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let share = Data(#"{"interval":[0.25,0.75],"value":0.5}"#.utf8)
        #expect(try JSONDecoder().decode(Estimate.self, from: share) == Estimate(mean: 0.5, interval: 0.25...0.75))
        let transform = try encoder.encode(TrainingTransform(size: 2, crop: nil, flip: 0, jitter: nil, gray: 0.5))
        #expect(String(decoding: transform, as: UTF8.self) == #"{"flip":0,"grey":0.5,"size":2}"#)
    }

    @Test func `a base rate decays with every batch`() {
        var configuration = TrainingConfiguration.transfer(
            architecture: "tiny", weights: nil, data: [], threads: 1)
        configuration.steps = 200
        #expect(configuration.rate(epoch: 0, step: 0, current: 0.005) == 0.005)
        #expect(abs(configuration.rate(epoch: 2, step: 100, current: 0.001) - 0.001 / (1 + 5e-5 * 500)) < 1e-15)
    }

    @Test func `patience counts epochs without a lower loss`() {
        var progress = EarlyStopping(patience: 2)
        #expect(
            [3.0, 2, 2, 1.9, 2, 1.95].map { progress.stops(after: $0) } == [false, false, false, false, false, true])
    }

    @Test func `top-1 and top-5 count ranks, equal logits by their order`() throws {
        let logits: [Float] = [
            6, 5, 4, 3, 2, 1, 0,  // 0 is first
            6, 5, 4, 3, 2, 1, 0,  // 4 is fifth
            6, 5, 4, 3, 2, 1, 0,  // 5 is sixth
            1, 1, 1, 1, 1, 1, 1,  // 0 is first of all alike
        ]
        let dense = try Linear(
            "identity",
            weight: Tensor(shape: [7, 7], values: (0..<49).map { $0 % 8 == 0 ? 1 : 0 }),
            bias: Tensor(shape: [7], values: [Float](repeating: 0, count: 7)))
        let answers = ClassifierAnswers(dense, logits, labels: [0, 4, 5, 0])
        let score = answers.score
        #expect(score.images == 4 && score.top1.mean == 0.5 && score.top5.mean == 0.75)
        #expect(zip([score.top1.low, score.top1.high], [0.15004, 0.84996]).allSatisfy { abs($0 - $1) < 1e-4 })
        let sum = (0...6).reduce(0) { $0 + exp(Double($1)) }
        let losses = [log(sum) - 6, log(sum) - 2, log(sum) - 1, log(7)]
        #expect(abs(score.loss - losses.reduce(0, +) / 4) < 1e-6)
        let prediction = answers.predictions(["a", "b", "c", "d"], temperature: 2)[1]
        #expect(prediction.candidates == [0, 1, 2, 3, 4] && prediction.path == "b")
        let halved = (0...6).reduce(0) { $0 + exp(Double($1) / 2) }
        #expect(abs(prediction.labelProbability - exp(1) / halved) < 1e-9)
        #expect(prediction.probabilities.last == prediction.labelProbability)
    }

    @Test func `the temperature makes the right answers likeliest`() throws {
        let dense = try Linear(
            "identity", weight: Tensor(shape: [2, 2], values: [1, 0, 0, 1]), bias: Tensor(shape: [2], values: [0, 0]))
        // Three of four are right at a margin of 4: the likeliest confidence is 3/4, log 3 = 4 / T.
        let answers = ClassifierAnswers(dense, [4, 0, 4, 0, 4, 0, 4, 0], labels: [0, 0, 0, 1])
        #expect(abs(answers.temperature - 4 / log(3)) < 1e-3)
        #expect(answers.calibrationError(4 / log(3)) < 1e-6)
        #expect(answers.calibrationError(1) > 0.2)
    }

    @Test func `means are of features of length 1, and a quantile counts pictures`() {
        let means = ClassifierMeans([3, 4, 0, 2, 5, 0], labels: [0, 0, 1], classes: 2)
        #expect(zip(means.values, [0.3, 0.9, 1, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
        let features: [Float] = [1, 0, 0, 7, 2, 0, -1, 0]
        // Distances to the second class's mean: 0, √2, 0, 2.
        let labels = [1, 1, 1, 1]
        #expect(means.quantile(0.5, of: features, labels: labels) == 0)
        #expect(abs(means.quantile(0.75, of: features, labels: labels) - 2.0.squareRoot().asFloat) < 1e-6)
        #expect(means.quantile(0.95, of: features, labels: labels) == 2)
    }
}

extension Double {
    fileprivate var asFloat: Float { Float(self) }
}
