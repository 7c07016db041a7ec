import NeuralNetwork
import TestSupport
import Testing

/// Upsampling, and plans that read maps instead of means.
@Suite struct UpsamplingTests {
    /// A pyramid: the fine map gets what the coarse one knows.
    private static func pyramid(channels: Int) -> Graph {
        var graph = Graph(input: Shape(height: 12, width: 8, channels: 3))
        let a = graph.activation(
            graph.convolution(graph.input, "a", channels: channels, kernel: 3, stride: 2, padding: .same), .relu)
        let b = graph.convolution(a, "b", channels: channels, kernel: 3, stride: 2, padding: .symmetric(1))
        let up = graph.upsample(b, "up")
        let c = graph.convolution(a, "c", channels: channels, kernel: 1, padding: .valid, bias: true)
        let sum = graph.add(up, c, "sum")
        graph.tap("coarse", b)
        graph.tap("fine", sum)
        graph.tap("up", graph.upsample(sum, "up2"))
        return graph
    }

    @Test(arguments: InferencePlan.instructionSets, [1, 4, 15, 16, 17, 33])
    func `maps equal those of plain loops`(set: String, channels: Int) throws {
        let graph = Self.pyramid(channels: channels)
        let weights = graph.randomWeights(seed: 3)
        var numbers = Numbers(seed: channels)
        let images = numbers.floats(5 * graph.nodes[0].shape.count, in: -1...1)
        let each = graph.nodes[0].shape.count
        for threads in [1, 3] {
            let plan = try InferencePlan(
                graph, weights: weights, taps: ["up", "coarse", "fine"], reading: .maps, chunk: 2, threads: threads,
                instructionSet: set)
            let maps = plan.run(images)
            #expect(plan.widths == [12 * 8 * channels, 3 * 2 * channels, 6 * 4 * channels])
            for (place, name) in ["up", "coarse", "fine"].enumerated() {
                let tap = try #require(graph.taps.first { $0.name == name })
                let expected = (0..<5).flatMap { image in
                    Reference(graph: graph, weights: weights)
                        .values(Array(images[image * each..<(image + 1) * each]))[tap.node]
                }
                #expect(error(maps[place], expected) < 1e-5, "\(name), \(threads) threads")
            }
        }
    }

    @Test func `every pixel becomes four`() throws {
        var graph = Graph(input: Shape(height: 2, width: 2, channels: 1))
        graph.tap("up", graph.upsample(graph.input, "up"))
        let plan = try InferencePlan(graph, weights: [:], taps: ["up"], reading: .maps, threads: 1)
        #expect(plan.run([1, 2, 3, 4]) == [[1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]])
    }
}
