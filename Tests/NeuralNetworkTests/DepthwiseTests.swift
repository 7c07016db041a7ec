import Testing

@testable import NeuralNetwork

/// Depthwise convolutions of every supported kernel and stride, on images down to one pixel.
@Suite struct DepthwiseTests {
    static let paddings: [Padding] = [.same, .symmetric(1), .symmetric(2)]

    @Test(arguments: InferencePlan.instructionSets, paddings)
    func `every width and number of channels equals the reference`(set: String, padding: Padding) throws {
        var checked = 0
        for kernel in [3, 5] {
            for stride in [1, 2] {
                for width in 1...9 {
                    let height = 10 - width
                    if case .symmetric(let zeros) = padding, min(width, height) + 2 * zeros < kernel { continue }
                    for channels in [1, 3, 15, 16, 17, 40] {
                        let step = try LoneStep(
                            Shape(height: height, width: width, channels: channels), seed: width * 100 + channels
                        ) { graph in
                            let x = graph.convolution(
                                graph.input, "c", channels: channels, kernel: .square(kernel), stride: stride,
                                padding: padding,
                                depthwise: true)
                            _ = graph.activation(graph.batchNorm(x, "n", epsilon: 1e-3), .relu6)
                        }
                        let error = try step.error(images: 2, .depthwise, set: set)
                        #expect(error < 1e-5, "kernel \(kernel)/\(stride), width \(width), \(channels) channels")
                        checked += 1
                    }
                }
            }
        }
        #expect(checked >= 150)
    }

    @Test(arguments: InferencePlan.instructionSets, [3, 5])
    func `a residual is added by every thread in its place`(set: String, kernel: Int) throws {
        let step = try LoneStep(Shape(height: 13, width: 6, channels: 37)) { graph in
            let x = graph.convolution(
                graph.input, "c", channels: 37, kernel: .square(kernel), padding: .same, depthwise: true)
            _ = graph.activation(graph.add(x, graph.input, "a"), .relu)
        }
        for threads in [1, 3] { #expect(try step.error(images: 3, .depthwise, set: set, threads: threads) < 1e-5) }
    }

    @Test(arguments: InferencePlan.instructionSets) func `without norm and activation the sums are bare`(set: String)
        throws
    {
        let step = try LoneStep(Shape(height: 4, width: 5, channels: 18)) { graph in
            _ = graph.convolution(
                graph.input, "c", channels: 18, kernel: 3, stride: 2, padding: .same, depthwise: true)
        }
        #expect(try step.error(images: 1, .depthwise, set: set) < 1e-6)
    }
}
