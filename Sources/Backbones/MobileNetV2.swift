import NeuralNetwork

// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381, Table 2, with timm's
// parameter names.

enum MobileNetV2 {
    /// Expansion t, output channels c, repetitions n, stride s of the first: the paper's Table 2.
    private static let stages: [(t: Int, c: Int, n: Int, s: Int)] = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]

    /// The two definitions in use: TensorFlow's (which the paper trained) and timm's.
    private struct Variant {
        let name: String
        let summary: String
        let samePadding: Bool
        let epsilon: Float
        let normalization: Normalization
    }

    private static let variants = [
        Variant(
            name: "mobilenetv2", summary: "MobileNetV2 1.0 as in TensorFlow: SAME padding, epsilon 1e-3, 96×96",
            samePadding: true, epsilon: 1e-3, normalization: .symmetric),
        Variant(
            name: "mobilenetv2_100", summary: "MobileNetV2 1.0 as in timm: symmetric padding, epsilon 1e-5, 96×96",
            samePadding: false, epsilon: 1e-5, normalization: .imageNet),
    ]

    static let family = variants.map { variant in
        Backbone(
            name: variant.name, summary: variant.summary, inputSize: 96, normalization: variant.normalization,
            defaultTaps: ["blocks.3", "blocks.4", "blocks.5", "blocks.6", "conv_head"],
            graph: { graph(variant, inputSize: $0) })
    }

    private static func graph(_ variant: Variant, inputSize: Int) -> Graph {
        var graph = Graph(input: Shape(height: inputSize, width: inputSize, channels: 3))
        func norm(_ x: Graph.Value, _ name: String, activated: Bool = true) -> Graph.Value {
            let y = graph.batchNorm(x, name, epsilon: variant.epsilon)
            return activated ? graph.activation(y, .relu6) : y
        }
        let padding: Padding = variant.samePadding ? .same : .symmetric(1)
        var x = norm(
            graph.convolution(graph.input, "conv_stem", channels: 32, kernel: 3, stride: 2, padding: padding), "bn1")
        var channels = 32
        for (index, stage) in stages.enumerated() {
            for block in 0..<stage.n {
                let name = "blocks.\(index).\(block)"
                let stride = block == 0 ? stage.s : 1
                let hidden = channels * stage.t
                let expands = stage.t != 1
                var y = x
                if expands {
                    y = norm(
                        graph.convolution(y, "\(name).conv_pw", channels: hidden, kernel: 1, padding: .symmetric(0)),
                        "\(name).bn1")
                }
                y = norm(
                    graph.convolution(
                        y, "\(name).conv_dw", channels: hidden, kernel: 3, stride: stride, padding: padding,
                        depthwise: true), expands ? "\(name).bn2" : "\(name).bn1")
                // timm names the projection of a block without expansion conv_pw, its norm bn2.
                y = norm(
                    graph.convolution(
                        y, expands ? "\(name).conv_pwl" : "\(name).conv_pw", channels: stage.c, kernel: 1,
                        padding: .symmetric(0)), expands ? "\(name).bn3" : "\(name).bn2", activated: false)
                x = stride == 1 && channels == stage.c ? graph.add(x, y, "\(name).add") : y
                channels = stage.c
            }
            graph.tap("blocks.\(index)", x)
        }
        x = norm(graph.convolution(x, "conv_head", channels: 1280, kernel: 1, padding: .symmetric(0)), "bn2")
        graph.tap("conv_head", x)
        return graph
    }
}
