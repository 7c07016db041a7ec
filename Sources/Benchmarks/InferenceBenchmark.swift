package import Backbones
package import NeuralNetwork
import Timing

/// How long a backbone takes for a batch, with random weights.
package struct InferenceBenchmark: Sendable, Codable, Equatable {
    package let architecture: String
    package let batch: Int
    /// The median over the runs.
    package let milliseconds: Double

    /// Measures for about `seconds`, at least five runs, after one that is not measured.
    /// - Parameter inputSize: the side of the input; nil for the backbone's own.
    /// - Throws: `NetworkError` with `unknownName`, or with `shapeMismatch` where the network does not take that size.
    package static func run(
        _ backbone: Backbone, inputSize: Int? = nil, batch: Int, threads: Int, seconds: Double = 3
    ) throws(NetworkError) -> InferenceBenchmark {
        let graph = try backbone.checkedGraph(inputSize ?? backbone.inputSize)
        let plan = try InferencePlan(
            graph, weights: graph.initialWeights(seed: 1), taps: [backbone.outputTap], threads: threads)
        let images = (0..<batch * plan.input.count).map { Float($0 % 251) / 125 - 1 }
        return InferenceBenchmark(
            architecture: backbone.name, batch: batch,
            milliseconds: Stopwatch.medianMilliseconds(seconds: seconds) { _ = plan.run(images) })
    }
}
