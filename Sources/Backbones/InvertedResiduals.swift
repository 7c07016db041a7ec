import NeuralNetwork

// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381, section 3.3: expansion by 1×1, depthwise
// convolution, projection by 1×1 without activation, and a shortcut between the narrow ends. With timm's parameter names.

/// A network of a 3×3 stem, stages of inverted residuals, and a 1×1 head: MobileNetV2 and EfficientNet.
struct InvertedResiduals {
    struct Stage {
        /// How many times the input's channels the hidden ones are.
        let expansion: Int
        /// Of the depthwise kernel.
        let kernel: Int
        let channels: Int
        let repeats: Int
        /// Of the first block.
        let stride: Int
    }

    let stem: Int
    let stages: [Stage]
    let head: Int
    /// Of 3×3 and 5×5 kernels.
    let padding: Padding
    let epsilon: Float
    let activation: Activation
    /// Whether every block has squeeze and excitation, reduced to a quarter of the block's input.
    let excites: Bool

    /// The graph for a square input; taps after every stage and at the end.
    func graph(inputSize: Int) -> Graph {
        var graph = Graph(input: Shape(height: inputSize, width: inputSize, channels: 3))
        var x = graph.input
        for (index, value) in trunk(stages: stages.count, in: &graph).enumerated() {
            graph.tap("blocks.\(index)", value)
            x = value
        }
        x = norm(pointwise(x, "conv_head", head, in: &graph), "bn2", in: &graph)
        graph.tap("conv_head", x)
        return graph
    }

    /// The stem and the first stages.
    /// - Returns: the value after each stage.
    func trunk(stages count: Int, in graph: inout Graph) -> [Graph.Value] {
        var x = graph.convolution(graph.input, "conv_stem", channels: stem, kernel: 3, stride: 2, padding: padding)
        x = norm(x, "bn1", in: &graph)
        var values: [Graph.Value] = []
        for (index, stage) in stages.prefix(count).enumerated() {
            for block in 0..<stage.repeats {
                x = self.block(
                    x, "blocks.\(index).\(block)", stage, stride: block == 0 ? stage.stride : 1, in: &graph)
            }
            values.append(x)
        }
        return values
    }

    private func block(
        _ x: Graph.Value, _ name: String, _ stage: Stage, stride: Int, in graph: inout Graph
    ) -> Graph.Value {
        let inputs = graph.shape(of: x).channels
        let hidden = inputs * stage.expansion
        let expands = stage.expansion != 1
        var y = x
        if expands { y = norm(pointwise(y, "\(name).conv_pw", hidden, in: &graph), "\(name).bn1", in: &graph) }
        y = graph.convolution(
            y, "\(name).conv_dw", channels: hidden, kernel: .square(stage.kernel), stride: stride, padding: padding,
            depthwise: true)
        y = norm(y, expands ? "\(name).bn2" : "\(name).bn1", in: &graph)
        if excites { y = graph.squeezeExcite(y, "\(name).se", reduced: max(1, inputs / 4)) }
        // timm names the projection of a block without expansion conv_pw, its norm bn2.
        y = pointwise(y, expands ? "\(name).conv_pwl" : "\(name).conv_pw", stage.channels, in: &graph)
        y = graph.batchNorm(y, expands ? "\(name).bn3" : "\(name).bn2", epsilon: epsilon)
        return stride == 1 && inputs == stage.channels ? graph.add(x, y, "\(name).add") : y
    }

    private func pointwise(_ x: Graph.Value, _ name: String, _ channels: Int, in graph: inout Graph) -> Graph.Value {
        graph.convolution(x, name, channels: channels, kernel: 1, padding: .valid)
    }

    private func norm(_ x: Graph.Value, _ name: String, in graph: inout Graph) -> Graph.Value {
        graph.activation(graph.batchNorm(x, name, epsilon: epsilon), activation)
    }
}
