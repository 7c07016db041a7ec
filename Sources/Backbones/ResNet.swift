import NeuralNetwork

// ResNet as few-shot learning uses it (easyfsl's modules): He et al., "Deep Residual Learning for Image Recognition",
// arXiv:1512.03385, with a 3×3 stem of stride 1, no max pooling, and torchvision's basic block.

enum ResNet {
    private struct Variant {
        let name: String
        /// Blocks and channels of each stage; every stage but the first halves the image.
        let stages: [(blocks: Int, channels: Int)]
    }

    private static let variants = [
        Variant(name: "resnet10", stages: [(1, 64), (1, 128), (1, 256), (1, 512)]),
        Variant(name: "resnet12", stages: [(1, 64), (1, 160), (2, 320), (1, 640)]),
        Variant(name: "resnet18", stages: [(2, 64), (2, 128), (2, 256), (2, 512)]),
    ]

    static let family = variants.map { variant in
        Backbone(
            name: variant.name, summary: "easyfsl's \(variant.name), 84×84, ImageNet normalization", inputSize: 84,
            normalization: .imageNet, defaultTaps: ["layer1", "layer2", "layer3", "layer4"],
            graph: { graph(variant, inputSize: $0) })
    }

    private static func graph(_ variant: Variant, inputSize: Int) -> Graph {
        var graph = Graph(input: Shape(height: inputSize, width: inputSize, channels: 3))
        var x = graph.convolution(
            graph.input, "conv1", channels: variant.stages[0].channels, kernel: 3, padding: .symmetric(1))
        x = graph.activation(graph.batchNorm(x, "bn1", epsilon: 1e-5), .relu)
        for (index, stage) in variant.stages.enumerated() {
            for block in 0..<stage.blocks {
                let stride = index > 0 && block == 0 ? 2 : 1
                x = basicBlock(&graph, x, "layer\(index + 1).\(block)", stage.channels, stride, projected: stride == 2)
            }
            graph.tap("layer\(index + 1)", x)
        }
        return graph
    }

    private static func basicBlock(
        _ graph: inout Graph, _ x: Graph.Value, _ name: String, _ channels: Int, _ stride: Int, projected: Bool
    ) -> Graph.Value {
        var shortcut = x
        if projected {
            shortcut = graph.convolution(
                x, "\(name).downsample.0", channels: channels, kernel: 1, stride: stride, padding: .symmetric(0))
            shortcut = graph.batchNorm(shortcut, "\(name).downsample.1", epsilon: 1e-5)
        }
        var y = graph.convolution(
            x, "\(name).conv1", channels: channels, kernel: 3, stride: stride, padding: .symmetric(1))
        y = graph.activation(graph.batchNorm(y, "\(name).bn1", epsilon: 1e-5), .relu)
        y = graph.convolution(y, "\(name).conv2", channels: channels, kernel: 3, padding: .symmetric(1))
        y = graph.batchNorm(y, "\(name).bn2", epsilon: 1e-5)
        return graph.activation(graph.add(y, shortcut, "\(name).add"), .relu)
    }
}
