package import Backbones
package import NeuralNetwork
import Timing

/// How long a backbone takes for a step of fine-tuning, with random weights and pictures: forward, cross-entropy of a dense
/// layer, backward through the whole network, a step of SGD.
package struct StepBenchmark: Sendable, Codable, Equatable {
    package let architecture: String
    package let batch: Int
    /// The median over the steps.
    package let milliseconds: Double
    package let stepsPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case architecture, batch, milliseconds
        case stepsPerSecond = "steps_per_second"
    }

    private static let classes = 130

    /// Measures for about `seconds`, at least five steps, after one that is not measured.
    /// - Throws: `NetworkError`.
    package static func run(_ backbone: Backbone, batch: Int, threads: Int, seconds: Double = 5) throws(NetworkError)
        -> StepBenchmark
    {
        let graph = backbone.graph(backbone.inputSize)
        let plan = try TrainingPlan(graph, weights: graph.initialWeights(seed: 1), threads: threads)
        let dense = try Linear(
            "classifier",
            weight: Tensor(
                shape: [classes, plan.width],
                values: (0..<classes * plan.width).map { Float($0 * 7919 % 251) / 12500 - 0.01 }),
            bias: Tensor(shape: [classes], values: [Float](repeating: 0, count: classes)))
        var optimizer = SGD(learningRate: 0.005, momentum: 0.9)
        let images = (0..<batch * plan.input.count).map { Float($0 * 7919 % 251) / 125 - 1 }
        let loss = CrossEntropy()
        let milliseconds = try Stopwatch.medianMilliseconds(seconds: seconds) { () throws(NetworkError) in
            plan.clearGradients()
            for parameter in dense.trainableParameters { parameter.clearGradient() }
            let pass = try plan.forward(images)
            let result = loss(dense.forward(pass.features), labels: (0..<batch).map { $0 % classes })
            try plan.backward(pass, gradient: dense.backward(pass.features, gradient: result.gradient))
            optimizer.step(plan.trainableParameters + dense.trainableParameters)
        }
        return StepBenchmark(
            architecture: backbone.name, batch: batch, milliseconds: milliseconds,
            stepsPerSecond: (1e6 / milliseconds).rounded() / 1000)
    }
}
