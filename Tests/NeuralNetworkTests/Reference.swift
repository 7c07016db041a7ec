import NeuralNetwork

/// A graph computed node by node in double precision by the plainest loops: what the fast kernels must equal.
///
/// It shares nothing with the plan: neither folding nor fusion nor the rule for padding.
struct Reference {
    let graph: Graph
    let weights: [String: Tensor]

    /// The values of every node for one image, height × width × channels.
    func values(_ image: [Float]) -> [[Double]] {
        var values: [[Double]] = []
        for node in graph.nodes {
            let inputs = node.inputs.map { values[$0] }
            switch node.operation {
            case .input: values.append(image.map { Double($0) })
            case .convolution(let settings):
                values.append(convolution(settings, node, graph.nodes[node.inputs[0]].shape, inputs[0]))
            case .batchNorm(let epsilon): values.append(batchNorm(node, Double(epsilon), inputs[0]))
            case .activation(.relu): values.append(inputs[0].map { $0 < 0 ? 0 : $0 })
            case .activation(.relu6): values.append(inputs[0].map { $0 < 0 ? 0 : $0 > 6 ? 6 : $0 })
            case .add: values.append(zip(inputs[0], inputs[1]).map { $0 + $1 })
            }
        }
        return values
    }

    /// The last node's values for a batch, image after image.
    func output(_ images: [Float]) -> [Double] {
        batch(images).flatMap { values($0).last ?? [] }
    }

    /// The means over the pixels at a tap, n × channels.
    func pooled(_ images: [Float], tap name: String) -> [Double] {
        guard let tap = graph.taps.first(where: { $0.name == name }) else { return [] }
        let shape = graph.nodes[tap.node].shape
        let pixels = shape.height * shape.width
        return batch(images).flatMap { image in
            let map = values(image)[tap.node]
            return (0..<shape.channels).map { channel in
                (0..<pixels).reduce(0) { $0 + map[$1 * shape.channels + channel] } / Double(pixels)
            }
        }
    }

    private func batch(_ images: [Float]) -> [[Float]] {
        let each = graph.nodes[0].shape.count
        return stride(from: 0, to: images.count, by: each).map { Array(images[$0..<$0 + each]) }
    }

    private func tensor(_ name: String) -> [Double] { (weights[name]?.values ?? []).map { Double($0) } }

    private func batchNorm(_ node: Node, _ epsilon: Double, _ input: [Double]) -> [Double] {
        let (gamma, beta) = (tensor("\(node.name).weight"), tensor("\(node.name).bias"))
        let (mean, variance) = (tensor("\(node.name).running_mean"), tensor("\(node.name).running_var"))
        return input.enumerated().map { index, x in
            let c = index % node.shape.channels
            return (x - mean[c]) / (variance[c] + epsilon).squareRoot() * gamma[c] + beta[c]
        }
    }

    /// Zeros before the first pixel, and the output's size.
    private func padding(_ settings: Convolution, _ size: Int) -> (before: Int, output: Int) {
        switch settings.padding {
        case .symmetric(let zeros): return (zeros, (size + 2 * zeros - settings.kernel) / settings.stride + 1)
        case .same:
            // TensorFlow: pad_total = max(k − s, 0) where s divides the size, max(k − size mod s, 0) elsewhere.
            let rest = size % settings.stride
            let total = max(settings.kernel - (rest == 0 ? settings.stride : rest), 0)
            return (total / 2, (size + total - settings.kernel) / settings.stride + 1)
        }
    }

    private func convolution(_ settings: Convolution, _ node: Node, _ from: Shape, _ input: [Double]) -> [Double] {
        let kernel = tensor("\(node.name).weight")
        let (top, height) = padding(settings, from.height)
        let (left, width) = padding(settings, from.width)
        precondition(
            Shape(height: height, width: width, channels: settings.channels) == node.shape,
            "\(node.name): the graph has \(node.shape), not \(height)×\(width)")
        let size = settings.kernel
        let group = settings.depthwise ? 1 : from.channels
        var output: [Double] = []
        output.reserveCapacity(node.shape.count)
        for y in 0..<height {
            for x in 0..<width {
                for o in 0..<settings.channels {
                    var sum = 0.0
                    for ky in 0..<size {
                        let row = y * settings.stride + ky - top
                        guard (0..<from.height).contains(row) else { continue }
                        for kx in 0..<size {
                            let column = x * settings.stride + kx - left
                            guard (0..<from.width).contains(column) else { continue }
                            let pixel = (row * from.width + column) * from.channels
                            for i in 0..<group {
                                sum +=
                                    input[pixel + (settings.depthwise ? o : i)]
                                    * kernel[((o * group + i) * size + ky) * size + kx]
                            }
                        }
                    }
                    output.append(sum)
                }
            }
        }
        return output
    }
}

extension Graph {
    /// Weights of every kind of value that a trained network has, small enough that sums stay near 1.
    func randomWeights(seed: Int) -> [String: Tensor] {
        var numbers = Numbers(seed: seed)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in parameters.sorted(by: { $0.key < $1.key }) {
            let count = shape.reduce(1, *)
            let values: [Float]
            if shape.count == 4 {
                let bound = (3 / Float(count / shape[0])).squareRoot()
                values = numbers.floats(count, in: -bound...bound)
            } else if name.hasSuffix("running_var") || name.hasSuffix("weight") {
                values = numbers.floats(count, in: 0.5...2)
            } else {
                values = numbers.floats(count)
            }
            tensors[name] = Tensor(shape: shape, values: values)
        }
        return tensors
    }
}
