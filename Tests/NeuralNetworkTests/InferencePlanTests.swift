import TestSupport
import Testing

@testable import NeuralNetwork

/// Whole networks, folded, fused and scheduled, against the reference.
@Suite struct InferencePlanTests {
    private func check(_ graph: Graph, set: String, images count: Int, chunk: Int, threads: Int) throws {
        let weights = graph.randomWeights(seed: 11)
        let taps = graph.taps.map(\.name)
        var numbers = Numbers(seed: 12)
        let images = numbers.floats(count * graph.nodes[0].shape.count)
        let plan = try InferencePlan(
            graph, weights: weights, taps: taps, chunk: chunk, threads: threads, instructionSet: set)
        let features = plan.run(images)
        let reference = Reference(graph: graph, weights: weights)
        for (index, tap) in taps.enumerated() {
            #expect(error(features[index], reference.pooled(images, tap: tap)) < 5e-5, "tap \(tap)")
        }
    }

    @Test(arguments: InferencePlan.instructionSets) func `a mobile network equals the reference`(set: String) throws {
        try check(SmallNetwork.mobile(side: 33, widening: 3), set: set, images: 5, chunk: 3, threads: 2)
    }

    @Test(arguments: InferencePlan.instructionSets) func `a residual network equals the reference`(set: String) throws {
        try check(SmallNetwork.residual(side: 15), set: set, images: 3, chunk: 2, threads: 3)
    }

    @Test(arguments: InferencePlan.instructionSets, [1, 2])
    func `branches, pools, scaled residuals and excitation equal the reference`(set: String, threads: Int) throws {
        try check(SmallNetwork.branched(side: 13), set: set, images: 3, chunk: 2, threads: threads)
    }

    /// Kernels larger than the image: what meets padding alone is left out.
    @Test(arguments: [1, 2, 3], [1, 2]) func `small images under large kernels equal the reference`(
        side: Int, stride: Int
    )
        throws
    {
        var graph = Graph(input: Shape(height: side, width: side + 1, channels: 18))
        for (index, kernel) in [KernelSize(3, 3), KernelSize(5, 5), KernelSize(1, 7), KernelSize(7, 1)].enumerated() {
            let x = graph.convolution(
                graph.input, "c\(index)", channels: 40, kernel: kernel, stride: stride, padding: .same)
            graph.tap("c\(index)", graph.activation(graph.batchNorm(x, "n\(index)", epsilon: 1e-3), .swish))
        }
        for threads in [1, 2] { try check(graph, set: "base", images: 3, chunk: 2, threads: threads) }
    }

    /// To the bit, and the first plan's buffers are untouched.
    @Test(arguments: [1, 3]) func `a plan that shares the weights gives the same`(threads: Int) throws {
        let graph = SmallNetwork.mobile(side: 33, widening: 3)
        let plan = try InferencePlan(
            graph, weights: graph.randomWeights(seed: 11), taps: graph.taps.map(\.name), chunk: 4, threads: 2)
        let shared = plan.sharing(chunk: 2, threads: threads)
        #expect(shared.chunk == 2 && shared.input == plan.input && shared.widths == plan.widths)
        var numbers = Numbers(seed: 12)
        let images = numbers.floats(5 * plan.input.count)
        let expected = plan.run(images)
        #expect(shared.run(images) == expected && plan.run(images) == expected)
    }

    /// A value that is tapped must not be fused away, and the taps come in the order asked for.
    @Test func `taps inside a fused stretch are read before what follows`() throws {
        var graph = Graph(input: Shape(height: 5, width: 4, channels: 3))
        let x = graph.convolution(graph.input, "c", channels: 7, kernel: 3, padding: .same)
        graph.tap("sums", x)
        let y = graph.batchNorm(x, "n", epsilon: 1e-3)
        graph.tap("norm", y)
        let z = graph.activation(y, .relu)
        graph.tap("activation", z)
        let weights = graph.randomWeights(seed: 2)
        var numbers = Numbers(seed: 3)
        let images = numbers.floats(3 * 60)
        let order = ["activation", "sums", "norm"]
        let features = try InferencePlan(graph, weights: weights, taps: order, threads: 1).run(images)
        let reference = Reference(graph: graph, weights: weights)
        for (index, tap) in order.enumerated() {
            #expect(error(features[index], reference.pooled(images, tap: tap)) < 1e-5, "tap \(tap)")
        }
    }

    @Test func `a tap asked for twice, or under two names, is given each time`() throws {
        var graph = Graph(input: Shape(height: 4, width: 4, channels: 3))
        let x = graph.convolution(graph.input, "c", channels: 6, kernel: 3, padding: .same)
        graph.tap("one", x)
        graph.tap("two", x)
        let weights = graph.randomWeights(seed: 2)
        var numbers = Numbers(seed: 3)
        let images = numbers.floats(48)
        let plan = try InferencePlan(graph, weights: weights, taps: ["one", "two", "one"], threads: 1)
        let expected = Reference(graph: graph, weights: weights).pooled(images, tap: "one")
        for features in plan.run(images) { #expect(error(features, expected) < 1e-5) }
        #expect(plan.widths == [6, 6, 6])
    }

    @Test func `no image gives no features`() throws {
        let graph = SmallNetwork.residual(side: 8)
        let plan = try InferencePlan(graph, weights: graph.randomWeights(seed: 1), taps: ["b0"], threads: 2)
        #expect(plan.run([]) == [[]])
    }

    @Test func `unknown names are refused with those that are known`() throws {
        let graph = SmallNetwork.residual(side: 8)
        let weights = graph.randomWeights(seed: 1)
        let tap = #expect(throws: NetworkError.self) {
            try InferencePlan(graph, weights: weights, taps: ["b0", "layer9"], threads: 1)
        }
        #expect(tap?.code == .unknownName)
        #expect(tap?.message.contains("layer9") == true && tap?.message.contains("b0, b1, b2") == true)
        let set = #expect(throws: NetworkError.self) {
            try InferencePlan(graph, weights: weights, taps: ["b0"], threads: 1, instructionSet: "mmx")
        }
        #expect(set?.code == .unknownName && set?.message.contains("mmx") == true)
    }

    @Test func `every processor has the base set`() {
        #expect(InferencePlan.instructionSets.last == "base")
        #expect(InstructionSet.named("AVX2") == nil)
    }
}
