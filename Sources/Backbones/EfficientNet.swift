import NeuralNetwork

// Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", arXiv:1905.11946, Table 1 (B0) and section
// 3.3 (compound scaling), as TensorFlow has it: SAME padding, batch-norm epsilon 1e-3. With timm's parameter names (tf_efficientnet_bN).

enum EfficientNet {
    /// Expansion, kernel, output channels, repetitions, stride of the first: the paper's Table 1.
    private static let stages: [(t: Int, k: Int, c: Int, n: Int, s: Int)] = [
        (1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2),
        (6, 3, 320, 1, 1),
    ]

    /// How many times as wide and as deep as B0 each is: the authors' table (efficientnet_builder.py of tensorflow/tpu). Its
    /// resolutions (224 to 600) are not ours: faces are small, and the paper trained all at 96×96.
    private static let scales: [(width: Double, depth: Double)] = [
        (1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8), (1.6, 2.2), (1.8, 2.6), (2.0, 3.1),
    ]

    static let family = scales.enumerated().map { index, scale in
        let network = InvertedResiduals(
            stem: channels(32, scale.width),
            stages: stages.map {
                .init(
                    expansion: $0.t, kernel: $0.k, channels: channels($0.c, scale.width),
                    repeats: Int((Double($0.n) * scale.depth).rounded(.up)), stride: $0.s)
            },
            head: channels(1280, scale.width), padding: .same, epsilon: 1e-3, activation: .swish, excites: true)
        return Backbone(
            name: "efficientnet_b\(index)", summary: "EfficientNet-B\(index) as in TensorFlow, 96×96", inputSize: 96,
            normalization: .imageNet, defaultTaps: ["blocks.3", "blocks.4", "blocks.5", "blocks.6", "conv_head"],
            graph: { network.graph(inputSize: $0) })
    }

    /// Scaled channels, rounded to a multiple of 8, but never down by more than a tenth.
    private static func channels(_ count: Int, _ width: Double) -> Int {
        let scaled = Double(count) * width
        let rounded = max(8, Int(scaled + 4) / 8 * 8)
        return Double(rounded) < 0.9 * scaled ? rounded + 8 : rounded
    }
}
