import Testing

@testable import NeuralNetwork

/// A file's tensors against the graph's: each fault is told with the tensor's name.
@Suite struct WeightCheckTests {
    private let graph: Graph = {
        var graph = Graph(input: Shape(height: 8, width: 8, channels: 3))
        let x = graph.convolution(graph.input, "conv1", channels: 4, kernel: 3, padding: .same)
        let y = graph.convolution(
            graph.batchNorm(x, "bn1", epsilon: 1e-5), "dw", channels: 4, kernel: 5, padding: .same, depthwise: true)
        graph.tap("out", y)
        return graph
    }()

    private func refusal(_ change: (inout [String: Tensor]) -> Void) -> NetworkError? {
        var weights = graph.randomWeights(seed: 1)
        change(&weights)
        return #expect(throws: NetworkError.self) { try graph.checkedWeights(weights) }
    }

    @Test func `shapes are PyTorch's`() {
        #expect(
            graph.parameters == [
                "conv1.weight": [4, 3, 3, 3], "dw.weight": [4, 1, 5, 5], "bn1.weight": [4], "bn1.bias": [4],
                "bn1.running_mean": [4], "bn1.running_var": [4],
            ])
    }

    @Test func `what fits passes, without heads and counters`() throws {
        let weights = graph.randomWeights(seed: 1)
        #expect(try graph.checkedWeights(weights) == weights)
        var more = weights
        for name in ["fc.weight", "classifier.bias", "bn1.num_batches_tracked"] {
            more[name] = Tensor(shape: [1], values: [.nan])
        }
        #expect(try graph.checkedWeights(more) == weights)
    }

    @Test func `a missing tensor is named`() {
        let error = refusal { $0["bn1.running_mean"] = nil }
        #expect(error?.code == .missingTensor && error?.message.contains("bn1.running_mean") == true)
    }

    @Test(arguments: ["layer9.weight", "conv1.bias", "fcx.weight"]) func `an extra tensor is named`(name: String) {
        let error = refusal { $0[name] = Tensor(shape: [1], values: [0]) }
        #expect(error?.code == .extraTensor && error?.message.contains(name) == true)
    }

    /// As many values in another shape are as wrong as too few.
    @Test(arguments: [[4, 25], [1, 4, 5, 5], [100]]) func `a misshapen tensor is named with both shapes`(shape: [Int]) {
        let error = refusal { $0["dw.weight"] = Tensor(shape: shape, values: [Float](repeating: 0, count: 100)) }
        #expect(error?.code == .shapeMismatch)
        #expect(error?.message.contains("dw.weight") == true)
        #expect(error?.message.contains("\(shape)") == true && error?.message.contains("[4, 1, 5, 5]") == true)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func `values that are no numbers are named`(value: Float) {
        let error = refusal { $0["bn1.bias"] = Tensor(shape: [4], values: [0, 1, 2, value]) }
        #expect(error?.code == .notFinite && error?.message.contains("bn1.bias") == true)
    }

    @Test func `negative variances are named`() {
        let error = refusal { $0["bn1.running_var"] = Tensor(shape: [4], values: [1, 1, -0.5, 1]) }
        #expect(error?.code == .notFinite && error?.message.contains("bn1.running_var") == true)
    }

    @Test func `a plan checks its weights`() {
        var weights = graph.randomWeights(seed: 1)
        weights["conv1.weight"] = nil
        let error = #expect(throws: NetworkError.self) {
            try InferencePlan(graph, weights: weights, taps: ["out"], threads: 1)
        }
        #expect(error?.code == .missingTensor)
    }
}
