public import NeuralNetwork

/// How long a backbone takes for a batch, with weights of its own making.
public struct InferenceBenchmark: Sendable, Codable, Equatable {
    public let architecture: String
    public let batch: Int
    /// The median over the runs.
    public let milliseconds: Double

    /// Measures for about `seconds`, at least five runs, after one that does not count.
    /// - Parameter inputSize: the side of the input; nil for the backbone's own.
    /// - Throws: `NetworkError` with `unknownName`, or with `shapeMismatch` where the network does not take that size.
    public static func run(
        _ backbone: Backbone, inputSize: Int? = nil, batch: Int, threads: Int, seconds: Double = 3
    ) throws(NetworkError) -> InferenceBenchmark {
        let graph = try backbone.checkedGraph(inputSize ?? backbone.inputSize)
        let plan = try InferencePlan(
            graph, weights: graph.initialWeights(seed: 1), taps: [backbone.outputTap], threads: threads)
        let images = (0..<batch * plan.input.count).map { Float($0 % 251) / 125 - 1 }
        return InferenceBenchmark(
            architecture: backbone.name, batch: batch,
            milliseconds: medianMilliseconds(seconds: seconds) { _ = plan.run(images) })
    }

    /// The median time of something done again and again for about `seconds`, at least five times, after once that does not count.
    package static func medianMilliseconds(seconds: Double, _ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        var times: [Double] = []
        let start = clock.now
        work()
        while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
            times.append(clock.measure(work).seconds * 1e3)
        }
        return (times.median * 1000).rounded() / 1000
    }
}
