import NeuralNetwork

/// Networks with the shapes of real ones, small enough for the reference.
enum SmallNetwork {
    /// MobileNetV2's blocks: expansion, depthwise, projection, residuals; large images first, many weights last.
    static func mobile(side: Int, widening: Int = 6) -> Graph {
        var graph = Graph(input: Shape(height: side, width: side, channels: 3))
        func norm(_ x: Graph.Value, _ name: String, activated: Bool = true) -> Graph.Value {
            let y = graph.batchNorm(x, name, epsilon: 1e-3)
            return activated ? graph.activation(y, .relu6) : y
        }
        var x = norm(graph.convolution(graph.input, "stem", channels: 16, kernel: 3, stride: 2, padding: .same), "n")
        var channels = 16
        for (index, (width, stride)) in [(8, 1), (12, 2), (12, 1), (20, 2), (20, 1), (20, 1), (70, 2)].enumerated() {
            let hidden = channels * widening
            var y = norm(
                graph.convolution(x, "\(index).pw", channels: hidden, kernel: 1, padding: .symmetric(0)), "\(index).n1")
            y = norm(
                graph.convolution(
                    y, "\(index).dw", channels: hidden, kernel: 3, stride: stride, padding: .same, depthwise: true),
                "\(index).n2")
            graph.tap("\(index).dw", y)
            y = norm(
                graph.convolution(y, "\(index).pwl", channels: width, kernel: 1, padding: .symmetric(0)),
                "\(index).n3", activated: false)
            x = stride == 1 && width == channels ? graph.add(x, y, "\(index).add") : y
            channels = width
            graph.tap("\(index)", x)
        }
        x = norm(graph.convolution(x, "head", channels: 320, kernel: 1, padding: .symmetric(0)), "last")
        graph.tap("head", x)
        return graph
    }

    /// ResNet's blocks: Winograd, patches of stride 2, a projected shortcut.
    static func residual(side: Int) -> Graph {
        var graph = Graph(input: Shape(height: side, width: side, channels: 3))
        func block(_ x: Graph.Value, _ name: String, _ channels: Int, _ stride: Int) -> Graph.Value {
            var shortcut = x
            if stride == 2 {
                shortcut = graph.convolution(
                    x, "\(name).down", channels: channels, kernel: 1, stride: 2, padding: .symmetric(0))
                shortcut = graph.batchNorm(shortcut, "\(name).dn", epsilon: 1e-5)
            }
            var y = graph.convolution(
                x, "\(name).1", channels: channels, kernel: 3, stride: stride, padding: .symmetric(1))
            y = graph.activation(graph.batchNorm(y, "\(name).n1", epsilon: 1e-5), .relu)
            y = graph.convolution(y, "\(name).2", channels: channels, kernel: 3, padding: .symmetric(1))
            y = graph.batchNorm(y, "\(name).n2", epsilon: 1e-5)
            return graph.activation(graph.add(y, shortcut, "\(name).add"), .relu)
        }
        var x = graph.convolution(graph.input, "stem", channels: 18, kernel: 3, padding: .symmetric(1))
        x = graph.activation(graph.batchNorm(x, "n", epsilon: 1e-5), .relu)
        for (index, (channels, stride)) in [(18, 1), (36, 2), (36, 1)].enumerated() {
            x = block(x, "b\(index)", channels, stride)
            graph.tap("b\(index)", x)
        }
        return graph
    }

    /// The blocks of the Inceptions and of EfficientNet: branches that lie side by side, by every way of computing them, scaled residuals,
    /// squeeze and excitation.
    static func branched(side: Int) -> Graph {
        var graph = Graph(input: Shape(height: side, width: side, channels: 3))
        func convolution(
            _ x: Graph.Value, _ name: String, _ channels: Int, _ kernel: KernelSize, _ padding: Padding = .same
        ) -> Graph.Value {
            let y = graph.convolution(x, name, channels: channels, kernel: kernel, padding: padding)
            return graph.activation(graph.batchNorm(y, "\(name).n", epsilon: 1e-3, isScaled: false), .relu)
        }
        var x = convolution(graph.input, "stem", 18, 3, .valid)
        for index in 0..<2 {
            let a = convolution(x, "\(index).a", 20, 3)
            let b = convolution(convolution(x, "\(index).b1", 7, 1), "\(index).b2", 9, KernelSize(1, 5))
            let c = graph.pool(x, "\(index).c", .average, size: 3, stride: 1, padding: .same)
            let e = convolution(c, "\(index).e", 5, 1)
            x = graph.concatenate([a, x, b, e, c], "\(index)")
            graph.tap("\(index)", x)
        }
        let width = graph.shape(of: x).channels
        let y = graph.convolution(
            convolution(x, "r1", 11, KernelSize(3, 1)), "r2", channels: width, kernel: 1, padding: .valid, bias: true)
        x = graph.activation(graph.add(x, y, scale: 0.2, "sum"), .relu)
        graph.tap("sum", x)
        let z = convolution(x, "half", 16, 3, .valid)
        x = graph.concatenate([z, graph.pool(x, "pool", .maximum, size: 3, stride: 1, padding: .valid)], "reduced")
        x = graph.activation(graph.batchNorm(x, "last", epsilon: 1e-3), .swish)
        x = graph.squeezeExcite(x, "se", reduced: 5)
        graph.tap("last", x)
        return graph
    }
}
