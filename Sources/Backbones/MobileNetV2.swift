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
        let padding: Padding
        let epsilon: Float
        let normalization: Normalization
    }

    private static let variants = [
        Variant(
            name: "mobilenetv2", summary: "MobileNetV2 1.0 as in TensorFlow: SAME padding, epsilon 1e-3, 96×96",
            padding: .same, epsilon: 1e-3, normalization: .symmetric),
        Variant(
            name: "mobilenetv2_100", summary: "MobileNetV2 1.0 as in timm: symmetric padding, epsilon 1e-5, 96×96",
            padding: .symmetric(1), epsilon: 1e-5, normalization: .imageNet),
    ]

    /// TensorFlow's definition, which networks of other tasks start with.
    static var tensorFlow: InvertedResiduals { network(variants[0]) }

    private static func network(_ variant: Variant) -> InvertedResiduals {
        InvertedResiduals(
            stem: 32,
            stages: stages.map { .init(expansion: $0.t, kernel: 3, channels: $0.c, repeats: $0.n, stride: $0.s) },
            head: 1280, padding: variant.padding, epsilon: variant.epsilon, activation: .relu6, excites: false)
    }

    static let family = variants.map { variant in
        let network = network(variant)
        return Backbone(
            name: variant.name, summary: variant.summary, inputSize: 96, normalization: variant.normalization,
            defaultTaps: ["blocks.3", "blocks.4", "blocks.5", "blocks.6", "conv_head"],
            graph: { network.graph(inputSize: $0) })
    }
}
