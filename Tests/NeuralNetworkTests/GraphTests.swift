import Testing

@testable import NeuralNetwork

/// What a graph refuses to build.
@Suite struct GraphTests {
    @Test func `a kernel larger than the padded input has no output`() {
        #expect(Padding.valid.resolve(size: 4, kernel: 5, stride: 2).output == 0)
        #expect(Padding.symmetric(1).resolve(size: 2, kernel: 5, stride: 3).output == 0)
        #expect(Padding.symmetric(1).resolve(size: 3, kernel: 5, stride: 3).output == 1)
        #expect(Padding.valid.resolve(size: 5, kernel: 5, stride: 2).output == 1)
        #expect(Padding.same.resolve(size: 1, kernel: 5, stride: 2).output == 1)
    }

    @Test func `a convolution that does not fit is refused`() async {
        await #expect(processExitsWith: .failure) {
            var graph = Graph(input: Shape(height: 4, width: 9, channels: 3))
            _ = graph.convolution(graph.input, "large", channels: 2, kernel: 5, stride: 2, padding: .valid)
        }
    }

    @Test func `a window that does not fit is refused`() async {
        await #expect(processExitsWith: .failure) {
            var graph = Graph(input: Shape(height: 2, width: 9, channels: 3))
            _ = graph.pool(graph.input, "large", .maximum, size: 5, stride: 2, padding: .symmetric(1))
        }
        await #expect(processExitsWith: .failure) {
            var graph = Graph(input: Shape(height: 4, width: 4, channels: 3))
            _ = graph.pool(graph.input, "outside", .average, size: 2, stride: 1, padding: .symmetric(2))
        }
    }
}
