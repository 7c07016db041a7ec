import TestSupport
import Testing

@testable import NeuralNetwork

/// A 1×1 convolution and the depthwise one after it as one step.
@Suite struct ExpandedDepthwiseTests {
    /// - Parameter channels: of the value between the two convolutions.
    private static func block(
        _ graph: inout Graph, channels: Int, kernel: Int, stride: Int, padding: Padding, activation: Activation
    ) -> (expanded: Graph.Value, output: Graph.Value) {
        var x = graph.convolution(graph.input, "e", channels: channels, kernel: 1, padding: .valid)
        x = graph.activation(graph.batchNorm(x, "en", epsilon: 1e-3), activation)
        let expanded = x
        x = graph.convolution(
            x, "d", channels: channels, kernel: .square(kernel), stride: stride, padding: padding, depthwise: true)
        return (expanded, graph.activation(graph.batchNorm(x, "dn", epsilon: 1e-3), activation))
    }

    static let kernels = [3, 5].flatMap { kernel in [1, 2].map { (kernel, $0) } }

    @Test(arguments: InferencePlan.instructionSets, kernels)
    func `the step equals the reference`(set: String, kernel: (size: Int, stride: Int)) throws {
        for (height, width, channels) in [(37, 41, 70), (64, 33, 48), (5, 300, 64), (300, 5, 50)] {
            for padding in [Padding.same, .symmetric(kernel.size / 2)] {
                let step = try LoneStep(Shape(height: height, width: width, channels: 9), seed: channels) { graph in
                    _ = Self.block(
                        &graph, channels: channels, kernel: kernel.size, stride: kernel.stride, padding: padding,
                        activation: .relu6)
                }
                for threads in [1, 3] {
                    let error = try step.error(images: 2, .planned, set: set, threads: threads)
                    #expect(error < 1e-5, "\(height)×\(width)×\(channels), \(threads) threads")
                }
            }
        }
    }

    /// A plan that keeps the value between the two runs them one after the other.
    @Test(arguments: InferencePlan.instructionSets, kernels)
    func `the values are the same to the bit as those of two steps`(set: String, kernel: (size: Int, stride: Int))
        throws
    {
        var graph = Graph(input: Shape(height: 45, width: 38, channels: 12))
        let (expanded, output) = Self.block(
            &graph, channels: 56, kernel: kernel.size, stride: kernel.stride, padding: .same, activation: .swish)
        graph.tap("between", expanded)
        graph.tap("output", output)
        let weights = graph.randomWeights(seed: 3)
        var numbers = Numbers(seed: 4)
        let images = numbers.floats(3 * graph.nodes[0].shape.count, in: -2...2)
        func values(_ taps: [String], threads: Int) throws -> [Float] {
            let plan = try InferencePlan(
                graph, weights: weights, taps: taps, reading: .maps, chunk: 3, threads: threads, instructionSet: set)
            return try #require(plan.run(images).last)
        }
        let two = try values(["between", "output"], threads: 1)
        for threads in 1...3 { #expect(try values(["output"], threads: threads) == two) }
    }

    @Test func `a 1×1 convolution that pads is a step of its own`() {
        var graph = Graph(input: Shape(height: 40, width: 40, channels: 8))
        let x = graph.convolution(graph.input, "e", channels: 48, kernel: 1, padding: .symmetric(1))
        _ = graph.convolution(x, "d", channels: 48, kernel: 3, padding: .same, depthwise: true)
        #expect(graph.lowered(for: .inference, keeping: [graph.nodes.count - 1]).count == 2)
    }

    @Test func `only a large value that nothing else reads is left out`() {
        func steps(height: Int, keepsExpanded: Bool, _ target: LoweringTarget) -> Int {
            var graph = Graph(input: Shape(height: height, width: 40, channels: 8))
            let (expanded, output) = Self.block(
                &graph, channels: 48, kernel: 3, stride: 1, padding: .same, activation: .relu6)
            for value in keepsExpanded ? [expanded, output] : [output] { graph.tap("kept", value) }
            return graph.lowered(for: target, keeping: Set(graph.taps.map(\.node))).count
        }
        #expect(steps(height: 40, keepsExpanded: false, .inference) == 1)
        #expect(steps(height: 40, keepsExpanded: true, .inference) == 2)
        #expect(steps(height: 20, keepsExpanded: false, .inference) == 2)
        #expect(steps(height: 40, keepsExpanded: false, .training) == 4)
    }
}
