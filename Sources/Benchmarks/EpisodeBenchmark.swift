package import Backbones
import Foundation
package import NeuralNetwork
import Timing

/// How long a backbone takes for an episode of meta-training, with random weights and pictures: forward of support and
/// query, prototypical loss, backward, a step of SGD.
package struct EpisodeBenchmark: Sendable, Codable, Equatable {
    package let architecture: String
    package let way: Int
    package let shot: Int
    package let query: Int
    /// The median over the episodes.
    package let seconds: Double
    /// The most memory that this process ever had in RAM, in MiB; 0 where `/proc` does not say.
    package let peakMib: Int

    private enum CodingKeys: String, CodingKey {
        case architecture, way, shot, query, seconds
        case peakMib = "peak_mib"
    }

    /// Measures `repeats` episodes after one that is not measured.
    /// - Throws: `NetworkError`.
    package static func run(_ backbone: Backbone, way: Int, shot: Int, query: Int, threads: Int, repeats: Int = 3)
        throws(NetworkError) -> EpisodeBenchmark
    {
        let graph = backbone.graph(backbone.inputSize)
        let plan = try TrainingPlan(graph, weights: graph.initialWeights(seed: 1), threads: threads)
        var optimizer = SGD(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)
        let support = pictures(way * shot * plan.input.count)
        let queries = pictures(way * query * plan.input.count)
        var times: [Double] = []
        for _ in 0...repeats {
            let begun = ContinuousClock.now
            plan.clearGradients()
            let (first, second) = try (plan.forward(support), plan.forward(queries))
            let loss = PrototypicalLoss.evaluate(
                support: first.features, supportLabels: (0..<way * shot).map { $0 / shot },
                query: second.features, queryLabels: (0..<way * query).map { $0 / query })
            try plan.backward(second, gradient: loss.queryGradient)
            try plan.backward(first, gradient: loss.supportGradient)
            optimizer.step(plan.trainableParameters)
            times.append((ContinuousClock.now - begun).seconds)
        }
        let median = Array(times.dropFirst()).median
        return EpisodeBenchmark(
            architecture: backbone.name, way: way, shot: shot, query: query,
            seconds: (median * 1000).rounded() / 1000, peakMib: peakResidentMib())
    }

    private static func pictures(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7919 % 251) / 125 - 1 } }

    private static func peakResidentMib() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return kibibytes / 1024
    }
}
