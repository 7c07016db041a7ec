import TestSupport
import Testing

@testable import NeuralNetwork

/// Winograd's filtering against direct convolution. Its transforms cost about one decimal digit.
@Suite struct WinogradTests {
    /// Sizes that are and are not multiples of the tile, and channels that are and are not of the vector.
    @Test(arguments: InferencePlan.instructionSets, [(1, 1), (2, 7), (3, 3), (4, 4), (5, 9), (8, 6), (13, 11)])
    func `it equals direct convolution`(set: String, size: (height: Int, width: Int)) throws {
        for stride in [1, 2] {
            for (inputs, outputs) in [(1, 1), (3, 5), (16, 16), (17, 35), (40, 33)] {
                for padding in [Padding.symmetric(1), .same, .symmetric(0), .symmetric(2)] {
                    if padding == .symmetric(0), min(size.height, size.width) < 3 { continue }
                    let input = Shape(height: size.height, width: size.width, channels: inputs)
                    let step = try LoneStep(input, seed: inputs) { graph in
                        let x = graph.convolution(
                            graph.input, "c", channels: outputs, kernel: 3, stride: stride, padding: padding)
                        _ = graph.activation(graph.batchNorm(x, "n", epsilon: 1e-5), .relu)
                    }
                    let error = try step.error(images: 2, .winograd, set: set)
                    #expect(error < 2e-5, "\(input) to \(outputs), stride \(stride), \(padding)")
                }
            }
        }
    }

    @Test func `it is chosen where it saves enough`() throws {
        func suits(_ size: Int, stride: Int, inputs: Int = 16) throws -> Bool {
            let step = try LoneStep(Shape(height: size, width: size, channels: inputs)) { graph in
                _ = graph.convolution(
                    graph.input, "c", channels: 16, kernel: 3, stride: stride, padding: .symmetric(1))
            }
            let geometry = try #require(step.geometry)
            return geometry.suitsWinograd || geometry.suitsStridedWinograd
        }
        #expect(try suits(84, stride: 1))
        #expect(try suits(84, stride: 2))
        #expect(try !suits(84, stride: 1, inputs: 3))
        #expect(try !suits(84, stride: 3))
        // One pixel of a tile of 16 is wanted.
        #expect(try !suits(1, stride: 1))
        #expect(try !suits(1, stride: 2))
    }

    /// Few tiles: the threads share the 36 products. Many: each takes blocks of tiles through all phases.
    @Test(arguments: InferencePlan.instructionSets, [1, 2, 9])
    func `few tiles and many give the same`(set: String, images: Int) throws {
        let step = try LoneStep(Shape(height: 26, width: 22, channels: 20)) { graph in
            let x = graph.convolution(graph.input, "c", channels: 20, kernel: 3, padding: .symmetric(1))
            _ = graph.activation(graph.add(graph.batchNorm(x, "n", epsilon: 1e-5), graph.input, "a"), .relu6)
        }
        for threads in [1, 2, 5] {
            #expect(try step.error(images: images, .winograd, set: set, threads: threads) < 2e-5, "\(threads) threads")
        }
    }

    @Test(arguments: InferencePlan.instructionSets) func `neither batch nor threads change a bit`(set: String) throws {
        let step = try LoneStep(Shape(height: 18, width: 14, channels: 24)) { graph in
            _ = graph.convolution(graph.input, "c", channels: 19, kernel: 3, padding: .symmetric(1))
        }
        var numbers = Numbers(seed: 3)
        let each = 18 * 14 * 24
        let images = numbers.floats(12 * each)
        let together = try step.run(images, .winograd, set: set, threads: 3)
        let alone = try (0..<12).flatMap { image in
            try step.run(Array(images[image * each..<(image + 1) * each]), .winograd, set: set)
        }
        #expect(together == alone)
    }
}
