import TestSupport
import NeuralNetwork
import Testing

/// Small networks that each put one operator behind a 1×1 convolution, so that the gradients of its weights and of its input
/// both show.
struct OperatorGraph: Sendable, CustomTestStringConvertible {
    let name: String
    let graph: Graph
    var testDescription: String { name }

    private init(
        _ name: String, channels: Int, height: Int = 7, width: Int = 6,
        _ build: (inout Graph, Graph.Value) -> Graph.Value
    ) {
        var graph = Graph(input: Shape(height: height, width: width, channels: 3))
        let x = graph.convolution(graph.input, "first", channels: channels, kernel: 1, padding: .symmetric(0))
        graph.tap("out", build(&graph, x))
        self.name = name
        self.graph = graph
    }

    private static func convolution(
        _ name: String, from: Int, to: Int, kernel: KernelSize, stride: Int = 1, padding: Padding,
        depthwise: Bool = false, bias: Bool = false
    ) -> OperatorGraph {
        OperatorGraph(name, channels: from) { graph, x in
            // A norm behind it gives every pixel a gradient of its own.
            let y = graph.convolution(
                x, "tested", channels: to, kernel: kernel, stride: stride, padding: padding, depthwise: depthwise,
                bias: bias)
            return graph.activation(graph.batchNorm(y, "norm", epsilon: 1e-3), .relu)
        }
    }

    private static let convolutions = [
        convolution("3×3 by patches", from: 5, to: 7, kernel: 3, stride: 1, padding: .symmetric(1)),
        convolution("3×3 by Winograd", from: 18, to: 20, kernel: 3, stride: 1, padding: .symmetric(1)),
        convolution("3×3 by Winograd, few outputs", from: 16, to: 4, kernel: 3, stride: 1, padding: .same),
        convolution("3×3 by Winograd, no padding", from: 16, to: 17, kernel: 3, stride: 1, padding: .symmetric(0)),
        convolution("3×3 of stride 2", from: 6, to: 9, kernel: 3, stride: 2, padding: .symmetric(1)),
        convolution("3×3 of stride 2, SAME", from: 6, to: 9, kernel: 3, stride: 2, padding: .same),
        convolution("3×3 of stride 3, SAME", from: 4, to: 5, kernel: 3, stride: 3, padding: .same),
        convolution("1×1", from: 5, to: 17, kernel: 1, stride: 1, padding: .symmetric(0)),
        convolution("1×1 of stride 2", from: 16, to: 9, kernel: 1, stride: 2, padding: .symmetric(0)),
        convolution("1×1 with padding", from: 5, to: 9, kernel: 1, padding: .symmetric(1)),
        convolution("3×3 with wide padding", from: 4, to: 5, kernel: 3, padding: .symmetric(4)),
        convolution("3×3 by Winograd with wide padding", from: 16, to: 5, kernel: 3, padding: .symmetric(3)),
        convolution(
            "depthwise 3×3 with wide padding", from: 9, to: 9, kernel: 3, padding: .symmetric(4), depthwise: true),
        convolution("1×7", from: 6, to: 5, kernel: KernelSize(1, 7), padding: .same),
        convolution("7×1", from: 6, to: 5, kernel: KernelSize(7, 1), padding: .same),
        convolution("1×3 with a bias", from: 6, to: 18, kernel: KernelSize(1, 3), padding: .same, bias: true),
        convolution("3×3 by Winograd with a bias", from: 16, to: 5, kernel: 3, padding: .valid, bias: true),
        convolution("3×3 of stride 2, VALID", from: 6, to: 9, kernel: 3, stride: 2, padding: .valid),
    ]

    private static let pools = [Pooling.Kind.maximum, .average].flatMap { kind in
        [(3, 2, Padding.valid), (3, 1, .same), (2, 2, .same)].map { size, stride, padding in
            OperatorGraph("\(kind) \(size)×\(size) of stride \(stride), \(padding)", channels: 11) { graph, x in
                let y = graph.pool(x, "tested", kind, size: size, stride: stride, padding: padding)
                return graph.activation(graph.batchNorm(y, "norm", epsilon: 1e-3), .relu)
            }
        }
    }

    private static let depthwise = [3, 5].flatMap { kernel in
        [1, 2].flatMap { stride in
            [Padding.symmetric(kernel / 2), .same].map { padding in
                convolution(
                    "depthwise \(kernel)×\(kernel) of stride \(stride), \(padding)", from: 11, to: 11,
                    kernel: .square(kernel),
                    stride: stride, padding: padding, depthwise: true)
            }
        }
    }

    private static let others = [
        OperatorGraph("batch norm alone", channels: 9) { graph, x in
            graph.convolution(
                graph.activation(graph.batchNorm(x, "norm", epsilon: 1e-3), .relu), "last", channels: 4, kernel: 3,
                padding: .symmetric(1))
        },
        OperatorGraph("batch norm, sum and ReLU6", channels: 35) { graph, x in
            let y = graph.convolution(x, "second", channels: 35, kernel: 1, padding: .symmetric(0))
            let sum = graph.add(graph.batchNorm(y, "norm", epsilon: 1e-3), x, "sum")
            return graph.activation(graph.batchNorm(sum, "norm2", epsilon: 1e-5), .relu6)
        },
        OperatorGraph("a value that three nodes read", channels: 8) { graph, x in
            let a = graph.activation(x, .relu)
            let b = graph.convolution(a, "left", channels: 8, kernel: 3, padding: .symmetric(1))
            let c = graph.batchNorm(
                graph.convolution(a, "right", channels: 8, kernel: 1, padding: .symmetric(0)), "norm", epsilon: 1e-3)
            let sum = graph.add(graph.activation(c, .relu), graph.add(b, a, "inner"), "outer")
            return graph.activation(graph.batchNorm(sum, "norm2", epsilon: 1e-5), .relu)
        },
        OperatorGraph("a value added to itself", channels: 8) { graph, x in
            let y = graph.add(x, x, "double")
            return graph.activation(
                graph.add(graph.batchNorm(y, "norm", epsilon: 1e-3), graph.activation(y, .relu6), "sum"), .relu)
        },
        OperatorGraph("two inverted residuals without activation between", channels: 8) { graph, x in
            var x = x
            for block in 0..<2 {
                var y = graph.convolution(x, "pw\(block)", channels: 16, kernel: 1, padding: .symmetric(0))
                y = graph.activation(graph.batchNorm(y, "n\(block)a", epsilon: 1e-3), .relu6)
                y = graph.convolution(y, "dw\(block)", channels: 16, kernel: 3, padding: .same, depthwise: true)
                y = graph.activation(graph.batchNorm(y, "n\(block)b", epsilon: 1e-3), .relu6)
                y = graph.convolution(y, "pwl\(block)", channels: 8, kernel: 1, padding: .symmetric(0))
                x = graph.add(x, graph.batchNorm(y, "n\(block)c", epsilon: 1e-3), "add\(block)")
            }
            return graph.activation(x, .relu)
        },
    ]

    private static let joined = [
        OperatorGraph("norm and swish", channels: 19) { graph, x in
            let y = graph.activation(graph.batchNorm(x, "norm", epsilon: 1e-3), .swish)
            return graph.convolution(y, "last", channels: 4, kernel: 3, padding: .same)
        },
        OperatorGraph("swish behind a sum", channels: 8) { graph, x in
            let y = graph.batchNorm(x, "norm", epsilon: 1e-3)
            let z = graph.activation(graph.add(y, x, "sum"), .swish)
            return graph.activation(graph.batchNorm(z, "norm2", epsilon: 1e-3), .relu)
        },
        OperatorGraph("squeeze and excitation", channels: 18) { graph, x in
            let y = graph.activation(graph.batchNorm(x, "norm", epsilon: 1e-3), .swish)
            let z = graph.convolution(
                graph.squeezeExcite(y, "se", reduced: 3), "last", channels: 8, kernel: 1, padding: .valid)
            return graph.activation(graph.batchNorm(z, "norm2", epsilon: 1e-3), .relu)
        },
        OperatorGraph("branches side by side, one of them read twice", channels: 9) { graph, x in
            let a = graph.activation(x, .relu)
            let b = graph.activation(
                graph.convolution(a, "b", channels: 17, kernel: 3, padding: .same, bias: true), .relu)
            let c = graph.activation(
                graph.convolution(a, "c", channels: 4, kernel: KernelSize(1, 3), padding: .same), .relu)
            let d = graph.pool(a, "d", .maximum, size: 3, stride: 1, padding: .same)
            let joined = graph.concatenate([b, a, c, d], "joined")
            let y = graph.convolution(joined, "last", channels: 4, kernel: 1, padding: .valid)
            let z = graph.add(y, c, scale: 0.3, "sum")
            return graph.activation(graph.batchNorm(z, "norm", epsilon: 1e-3), .relu)
        },
        OperatorGraph("a pyramid of two levels", channels: 9, height: 8, width: 6) { graph, x in
            let a = graph.activation(graph.batchNorm(x, "norm", epsilon: 1e-3), .relu)
            let b = graph.convolution(a, "down", channels: 9, kernel: 3, stride: 2, padding: .same)
            let up = graph.upsample(graph.activation(graph.batchNorm(b, "norm1", epsilon: 1e-3), .relu6), "up")
            let c = graph.batchNorm(
                graph.convolution(a, "lateral", channels: 9, kernel: 1, padding: .valid), "norm2", epsilon: 1e-3)
            return graph.activation(graph.batchNorm(graph.add(up, c, "sum"), "norm3", epsilon: 1e-3), .relu)
        },
        OperatorGraph("an upsampled value that two nodes read", channels: 17, height: 3, width: 4) { graph, x in
            let a = graph.activation(x, .relu)
            let b = graph.convolution(graph.upsample(a, "up"), "b", channels: 5, kernel: 3, padding: .same)
            let c = graph.convolution(a, "c", channels: 5, kernel: 1, padding: .valid)
            let sum = graph.add(b, graph.upsample(c, "up2"), "sum")
            return graph.activation(graph.batchNorm(sum, "norm", epsilon: 1e-3), .relu)
        },
        OperatorGraph("two nodes with one weight", channels: 8) { graph, x in
            var y = x
            for pass in 0..<2 {
                y = graph.convolution(y, "shared", channels: 8, kernel: 1, padding: .valid, bias: true)
                y = graph.activation(graph.batchNorm(y, "norm\(pass)", epsilon: 1e-3), .relu6)
            }
            return y
        },
        OperatorGraph("a scaled residual", channels: 7) { graph, x in
            let a = graph.activation(graph.batchNorm(x, "norm", epsilon: 1e-3, isScaled: false), .relu)
            let y = graph.convolution(a, "branch", channels: 7, kernel: 1, padding: .valid, bias: true)
            let z = graph.activation(graph.add(a, y, scale: 0.17, "sum"), .relu)
            return graph.activation(graph.batchNorm(z, "norm2", epsilon: 1e-3), .relu)
        },
    ]

    static let all = convolutions + depthwise + pools + joined + others

    /// Weights, images and the coefficients of a loss that is linear in the features.
    func material(images: Int) -> (weights: [String: Tensor], images: [Float], coefficients: [Float]) {
        let width = graph.nodes[graph.taps[0].node].shape.channels
        return (
            Formula.weights(graph),
            Formula.values(tensor: 9999, count: images * graph.nodes[0].shape.count).map { Float($0) },
            Formula.values(tensor: 8888, count: images * width).map { Float($0) }
        )
    }
}
