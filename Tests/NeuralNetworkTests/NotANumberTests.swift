import CKernels
import TestSupport
import Testing

@testable import NeuralNetwork

/// A damaged picture must show: not a number goes in, not a number comes out, and no other picture of the batch is touched.
@Suite struct NotANumberTests {
    private static func network() -> Graph {
        var graph = Graph(input: Shape(height: 9, width: 9, channels: 3))
        var x = graph.convolution(graph.input, "stem", channels: 20, kernel: 3, stride: 2, padding: .same)
        x = graph.activation(graph.batchNorm(x, "n0", epsilon: 1e-3), .relu6)
        graph.tap("matrix", x)
        var y = graph.convolution(x, "dw", channels: 20, kernel: 3, padding: .same, depthwise: true)
        y = graph.activation(graph.batchNorm(y, "n1", epsilon: 1e-3), .relu6)
        graph.tap("depthwise", y)
        y = graph.convolution(y, "full", channels: 20, kernel: 3, padding: .symmetric(1))
        y = graph.activation(graph.batchNorm(y, "n2", epsilon: 1e-3), .relu)
        graph.tap("winograd", y)
        y = graph.activation(graph.batchNorm(graph.add(x, y, "a"), "n3", epsilon: 1e-3), .relu6)
        graph.tap("elementwise", y)
        return graph
    }

    @Test(arguments: InferencePlan.instructionSets, [Float.nan, .signalingNaN])
    func `what is not a number stays so`(set: String, damage: Float) throws {
        let graph = Self.network()
        let taps = graph.taps.map(\.name)
        let weights = graph.randomWeights(seed: 5)
        let plan = try InferencePlan(
            graph, weights: weights, taps: taps, chunk: 4, threads: 2, instructionSet: set)
        var numbers = Numbers(seed: 6)
        var images = numbers.floats(3 * plan.input.count)
        let sound = plan.run(images)
        // All channels of the second picture's middle pixel.
        for channel in 0..<3 { images[plan.input.count + (4 * 9 + 4) * 3 + channel] = damage }
        let damaged = plan.run(images)
        for (tap, width) in plan.widths.enumerated() {
            #expect(damaged[tap][width..<2 * width].allSatisfy { $0.isNaN }, "\(taps[tap])")
            #expect(damaged[tap][..<width] == sound[tap][..<width], "\(taps[tap])")
            #expect(damaged[tap][(2 * width)...] == sound[tap][(2 * width)...], "\(taps[tap])")
        }
        #expect(sound.allSatisfy { features in features.allSatisfy { $0.isFinite } })
    }

    /// The bits of what is not a number, its payload, may be any: a loop that takes them for an exponent makes a number of them.
    @Test(arguments: InferencePlan.instructionSets) func `no payload makes a number of what is none`(set: String) throws
    {
        let loops = try #require(InstructionSet.named(set)).loops
        let patterns = (0..<2048).flatMap { [0x7FC0_0000 | $0, 0xFFC0_0000 | $0, 0x7F80_0001 | $0] as [UInt32] }
        let count = patterns.count
        let x = Guarded(patterns.map { Float(bitPattern: $0) })
        let y = Guarded(count: count)
        loops.sigmoid(Int64(count), x.base, y.base)
        #expect(y.values.allSatisfy { $0.isNaN })
        var epilogue = ck_epilogue(bias: nil, residual: nil, activation: CK_ACTIVATION_SWISH)
        loops.elementwise(1, Int64(count), x.base, nil, &epilogue, y.base)
        #expect(y.values.allSatisfy { $0.isNaN })
        let gradient = Guarded([Float](repeating: 1, count: count))
        loops.swish_gradient(1, Int64(count), x.base, nil, nil, gradient.base)
        #expect(gradient.values.allSatisfy { $0.isNaN })
        #expect(gradient.isUntouched(from: count) && y.isUntouched(from: count))
    }

    /// Infinity is above every bound: relu6 makes six of it, not a number stays.
    @Test(arguments: InferencePlan.instructionSets) func `an activation bounds infinities only`(set: String) throws {
        let step = try LoneStep(Shape(height: 1, width: 2, channels: 19)) { _ = $0.activation($0.input, .relu6) }
        var input = [Float](repeating: 1, count: 38)
        (input[0], input[1], input[18], input[37]) = (.infinity, -.infinity, .nan, .nan)
        let output = try step.run(input, .elementwise, set: set)
        #expect(output[0] == 6 && output[1] == 0 && output[18].isNaN && output[37].isNaN && output[20] == 1)
    }
}
