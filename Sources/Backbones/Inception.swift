import NeuralNetwork

/// The building blocks of both Inception networks: convolutions with a batch norm without scale and ReLU, pools, and branches whose channels
/// are put side by side. Parameters have timm's names.
struct InceptionBuilder {
    var graph: Graph

    init(inputSize: Int) { graph = Graph(input: Shape(height: inputSize, width: inputSize, channels: 3)) }

    /// Convolution, batch norm and ReLU: `<name>.conv`, `<name>.bn`. A kernel that is not square, or of stride 1 and not `valid`,
    /// keeps the size.
    mutating func convolution(
        _ x: Graph.Value, _ name: String, _ channels: Int, _ kernel: KernelSize, stride: Int = 1,
        padding: Padding = .same
    ) -> Graph.Value {
        let y = graph.convolution(
            x, "\(name).conv", channels: channels, kernel: kernel, stride: stride, padding: padding)
        return graph.activation(graph.batchNorm(y, "\(name).bn", epsilon: 1e-3, isScaled: false), .relu)
    }

    /// 3×3 of stride 2 without padding: halves an image.
    mutating func halving(_ x: Graph.Value, _ name: String, _ channels: Int) -> Graph.Value {
        convolution(x, name, channels, 3, stride: 2, padding: .valid)
    }

    mutating func maximum(_ x: Graph.Value, _ name: String) -> Graph.Value {
        graph.pool(x, name, .maximum, size: 3, stride: 2, padding: .valid)
    }

    /// 3×3 of stride 1; as in TensorFlow, the padding does not count.
    mutating func average(_ x: Graph.Value, _ name: String) -> Graph.Value {
        graph.pool(x, name, .average, size: 3, stride: 1, padding: .same)
    }

    /// The stem that both share, under the family's names for its five convolutions and two pools.
    mutating func stem(_ names: (convolutions: [String], pools: [String])) -> Graph.Value {
        var x = halving(graph.input, names.convolutions[0], 32)
        x = convolution(x, names.convolutions[1], 32, 3, padding: .valid)
        x = convolution(x, names.convolutions[2], 64, 3)
        x = maximum(x, names.pools[0])
        x = convolution(x, names.convolutions[3], 80, 1)
        x = convolution(x, names.convolutions[4], 192, 3, padding: .valid)
        return maximum(x, names.pools[1])
    }
}
