import NeuralNetwork

// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", arXiv:1512.00567, Table 1 and Figures 5–7, as
// TensorFlow has it: batch norms without scale, epsilon 1e-3, average pools that leave the padding out. With timm's parameter names.

enum InceptionV3 {
    static let family = [
        Backbone(
            name: "inception_v3", summary: "InceptionV3 as in TensorFlow, 96×96", inputSize: 96, smallestInput: 75,
            normalization: .symmetric,
            defaultTaps: ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c"],
            graph: { graph(inputSize: $0) })
    ]

    private static func graph(inputSize: Int) -> Graph {
        var net = InceptionBuilder(inputSize: inputSize)
        var x = net.stem(
            (
                ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"],
                ["Pool1", "Pool2"]
            ))
        for (name, pooled) in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)] {
            x = small(x, name, pooled: pooled, in: &net)
        }
        net.graph.tap("Mixed_5d", x)
        x = firstReduction(x, "Mixed_6a", in: &net)
        for (name, inner) in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)] {
            x = factorised(x, name, inner: inner, in: &net)
            net.graph.tap(name, x)
        }
        x = secondReduction(x, "Mixed_7a", in: &net)
        net.graph.tap("Mixed_7a", x)
        for name in ["Mixed_7b", "Mixed_7c"] {
            x = expanded(x, name, in: &net)
            net.graph.tap(name, x)
        }
        return net.graph
    }

    /// Figure 5: 1×1, 5×5, two 3×3, and a pool.
    private static func small(_ x: Graph.Value, _ name: String, pooled: Int, in net: inout InceptionBuilder)
        -> Graph.Value
    {
        let a = net.convolution(x, "\(name).branch1x1", 64, 1)
        var b = net.convolution(x, "\(name).branch5x5_1", 48, 1)
        b = net.convolution(b, "\(name).branch5x5_2", 64, 5)
        var c = net.convolution(x, "\(name).branch3x3dbl_1", 64, 1)
        c = net.convolution(c, "\(name).branch3x3dbl_2", 96, 3)
        c = net.convolution(c, "\(name).branch3x3dbl_3", 96, 3)
        let d = net.convolution(net.average(x, "\(name).pool"), "\(name).branch_pool", pooled, 1)
        return net.graph.concatenate([a, b, c, d], name)
    }

    /// Figure 10: half the size, the pool's channels beside those of two branches.
    private static func firstReduction(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value
    {
        let a = net.halving(x, "\(name).branch3x3", 384)
        var b = net.convolution(x, "\(name).branch3x3dbl_1", 64, 1)
        b = net.convolution(b, "\(name).branch3x3dbl_2", 96, 3)
        b = net.halving(b, "\(name).branch3x3dbl_3", 96)
        return net.graph.concatenate([a, b, net.maximum(x, "\(name).pool")], name)
    }

    /// Figure 6 with n = 7: 7×7 as 1×7 and 7×1.
    private static func factorised(_ x: Graph.Value, _ name: String, inner: Int, in net: inout InceptionBuilder)
        -> Graph.Value
    {
        let (across, down) = (KernelSize(1, 7), KernelSize(7, 1))
        let a = net.convolution(x, "\(name).branch1x1", 192, 1)
        var b = net.convolution(x, "\(name).branch7x7_1", inner, 1)
        b = net.convolution(b, "\(name).branch7x7_2", inner, across)
        b = net.convolution(b, "\(name).branch7x7_3", 192, down)
        var c = net.convolution(x, "\(name).branch7x7dbl_1", inner, 1)
        c = net.convolution(c, "\(name).branch7x7dbl_2", inner, down)
        c = net.convolution(c, "\(name).branch7x7dbl_3", inner, across)
        c = net.convolution(c, "\(name).branch7x7dbl_4", inner, down)
        c = net.convolution(c, "\(name).branch7x7dbl_5", 192, across)
        let d = net.convolution(net.average(x, "\(name).pool"), "\(name).branch_pool", 192, 1)
        return net.graph.concatenate([a, b, c, d], name)
    }

    private static func secondReduction(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value
    {
        let a = net.halving(net.convolution(x, "\(name).branch3x3_1", 192, 1), "\(name).branch3x3_2", 320)
        var b = net.convolution(x, "\(name).branch7x7x3_1", 192, 1)
        b = net.convolution(b, "\(name).branch7x7x3_2", 192, KernelSize(1, 7))
        b = net.convolution(b, "\(name).branch7x7x3_3", 192, KernelSize(7, 1))
        b = net.halving(b, "\(name).branch7x7x3_4", 192)
        return net.graph.concatenate([a, b, net.maximum(x, "\(name).pool")], name)
    }

    /// Figure 7: 1×3 and 3×1 beside each other.
    private static func expanded(_ x: Graph.Value, _ name: String, in net: inout InceptionBuilder) -> Graph.Value {
        let (across, down) = (KernelSize(1, 3), KernelSize(3, 1))
        let a = net.convolution(x, "\(name).branch1x1", 320, 1)
        let b = net.convolution(x, "\(name).branch3x3_1", 384, 1)
        let both = [
            net.convolution(b, "\(name).branch3x3_2a", 384, across),
            net.convolution(b, "\(name).branch3x3_2b", 384, down),
        ]
        var c = net.convolution(x, "\(name).branch3x3dbl_1", 448, 1)
        c = net.convolution(c, "\(name).branch3x3dbl_2", 384, 3)
        let doubled = [
            net.convolution(c, "\(name).branch3x3dbl_3a", 384, across),
            net.convolution(c, "\(name).branch3x3dbl_3b", 384, down),
        ]
        let d = net.convolution(net.average(x, "\(name).pool"), "\(name).branch_pool", 192, 1)
        return net.graph.concatenate([a] + both + doubled + [d], name)
    }
}
