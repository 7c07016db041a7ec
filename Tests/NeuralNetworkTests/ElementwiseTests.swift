import CKernels
import TestSupport
import Testing

@testable import NeuralNetwork

/// What no convolution absorbed, and the mean over the pixels.
@Suite struct ElementwiseTests {
    private static let channels = [1, 4, 15, 16, 17, 33, 70]

    @Test(arguments: InferencePlan.instructionSets, channels)
    func `a norm, a sum and an activation equal the reference`(set: String, channels: Int) throws {
        let shape = Shape(height: 3, width: 5, channels: channels)
        let whole = try LoneStep(shape) { graph in
            let x = graph.batchNorm(graph.input, "n", epsilon: 1e-3)
            _ = graph.activation(graph.add(x, graph.input, "a"), .relu6)
        }
        let norm = try LoneStep(shape) { _ = $0.batchNorm($0.input, "n", epsilon: 1e-3) }
        let sum = try LoneStep(shape) { _ = $0.add($0.input, $0.input, "a") }
        let activation = try LoneStep(shape) { _ = $0.activation($0.input, .relu) }
        for step in [whole, norm, sum, activation] {
            #expect(try step.error(images: 2, .elementwise, set: set, threads: 2) < 1e-6)
        }
    }

    @Test(arguments: InferencePlan.instructionSets, channels)
    func `the average is the mean of each channel`(set: String, channels: Int) throws {
        let instructionSet = try #require(InstructionSet.named(set))
        for pixels in [1, 2, 9, 100] {
            var numbers = Numbers(seed: channels + pixels)
            let values = numbers.floats(pixels * channels, in: 0...6)
            let (input, mean) = (Guarded(values), Guarded(count: channels))
            instructionSet.loops.average(Int64(pixels), Int64(channels), input.base, mean.base)
            let expected = (0..<channels).map { channel in
                (0..<pixels).reduce(0.0) { $0 + Double(values[$1 * channels + channel]) } / Double(pixels)
            }
            #expect(error(mean.values, expected) < 1e-6, "\(pixels) pixels")
            #expect(mean.isUntouched(from: channels), "\(pixels) pixels")
        }
    }
}
