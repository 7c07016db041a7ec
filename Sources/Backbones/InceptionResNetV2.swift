import NeuralNetwork

// Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning", arXiv:1602.07261, Figure 15 and
// the modules it names, as TensorFlow has it: batch norms without scale, epsilon 1e-3; residuals scaled by 0.17, 0.10 and 0.20. With
// timm's parameter names.

enum InceptionResNetV2 {
    static let family = [
        Backbone(
            name: "inception_resnet_v2", summary: "InceptionResNetV2 as in TensorFlow, 96×96", inputSize: 96,
            smallestInput: 75,
            normalization: .symmetric, defaultTaps: ["repeat", "mixed_6a", "repeat_1", "mixed_7a", "conv2d_7b"],
            graph: { graph(inputSize: $0) })
    ]

    /// The branches of a residual block: each a chain of channels and kernels.
    private typealias Branches = [[(channels: Int, kernel: KernelSize)]]

    private static let block35: Branches = [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]]
    private static let block17: Branches = [[(192, 1)], [(128, 1), (160, KernelSize(1, 7)), (192, KernelSize(7, 1))]]
    private static let block8: Branches = [[(192, 1)], [(192, 1), (224, KernelSize(1, 3)), (256, KernelSize(3, 1))]]

    private static func graph(inputSize: Int) -> Graph {
        var net = InceptionBuilder(inputSize: inputSize)
        var x = net.stem(
            (
                ["conv2d_1a", "conv2d_2a", "conv2d_2b", "conv2d_3b", "conv2d_4a"], ["maxpool_3a", "maxpool_5a"]
            ))
        x = first(x, "mixed_5b", in: &net)
        x = residuals(x, "repeat", 10, block35, scale: 0.17, in: &net)
        x = firstReduction(x, "mixed_6a", in: &net)
        net.graph.tap("mixed_6a", x)
        x = residuals(x, "repeat_1", 20, block17, scale: 0.1, in: &net)
        x = secondReduction(x, "mixed_7a", in: &net)
        net.graph.tap("mixed_7a", x)
        x = residuals(x, "repeat_2", 9, block8, scale: 0.2, in: &net)
        x = residual(x, "block8", block8, scale: 1, isActivated: false, in: &net)
        x = net.convolution(x, "conv2d_7b", 1536, 1)
        net.graph.tap("conv2d_7b", x)
        return net.graph
    }

    private static func first(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value {
        let branches: Branches = [[(96, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)]]
        let parts = values(x, name, branches, in: &net)
        let pooled = net.convolution(net.average(x, "\(name).branch3.0"), "\(name).branch3.1", 64, 1)
        return net.graph.concatenate(parts + [pooled], name)
    }

    private static func firstReduction(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value
    {
        let a = net.halving(x, "\(name).branch0", 384)
        var b = net.convolution(x, "\(name).branch1.0", 256, 1)
        b = net.convolution(b, "\(name).branch1.1", 256, 3)
        b = net.halving(b, "\(name).branch1.2", 384)
        return net.graph.concatenate([a, b, net.maximum(x, "\(name).branch2")], name)
    }

    private static func secondReduction(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value
    {
        let a = net.halving(net.convolution(x, "\(name).branch0.0", 256, 1), "\(name).branch0.1", 384)
        let b = net.halving(net.convolution(x, "\(name).branch1.0", 256, 1), "\(name).branch1.1", 288)
        var c = net.convolution(x, "\(name).branch2.0", 256, 1)
        c = net.convolution(c, "\(name).branch2.1", 288, 3)
        c = net.halving(c, "\(name).branch2.2", 320)
        return net.graph.concatenate([a, b, c, net.maximum(x, "\(name).branch3")], name)
    }

    private static func residuals(
        _ x: Graph.Value, _ name: String, _ count: Int, _ branches: Branches, scale: Float,
        in net: inout InceptionBuilder
    ) -> Graph.Value {
        let last = (0..<count).reduce(x) { x, index in
            residual(x, "\(name).\(index)", branches, scale: scale, isActivated: true, in: &net)
        }
        net.graph.tap(name, last)
        return last
    }

    /// x + scale · (the branches, brought back to x's channels by 1×1 with a bias).
    private static func residual(
        _ x: Graph.Value, _ name: String, _ branches: Branches, scale: Float, isActivated: Bool,
        in net: inout InceptionBuilder
    ) -> Graph.Value {
        let parts = values(x, name, branches, in: &net)
        let joined = net.graph.concatenate(parts, "\(name).joined")
        let channels = net.graph.shape(of: x).channels
        let y = net.graph.convolution(
            joined, "\(name).conv2d", channels: channels, kernel: 1, padding: .valid, bias: true)
        let sum = net.graph.add(x, y, scale: scale, "\(name).add")
        return isActivated ? net.graph.activation(sum, .relu) : sum
    }

    /// Every branch's value. A branch of one convolution has the branch's own name.
    private static func values(
        _ x: Graph.Value, _ name: String, _ branches: Branches, in net: inout InceptionBuilder
    ) -> [Graph.Value] {
        branches.enumerated().map { index, chain in
            chain.enumerated().reduce(x) { value, link in
                let part = chain.count == 1 ? "branch\(index)" : "branch\(index).\(link.offset)"
                return net.convolution(value, "\(name).\(part)", link.element.channels, link.element.kernel)
            }
        }
    }
}
