import Foundation
import NeuralNetwork
import TestSupport

/// A graph computed node by node in double precision by the plainest loops: what the fast operators must equal.
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
            case .batchNorm(let epsilon, _): values.append(batchNorm(node, Double(epsilon), inputs[0]))
            case .activation(.relu): values.append(inputs[0].map { $0 < 0 ? 0 : $0 })
            case .activation(.relu6): values.append(inputs[0].map { $0 < 0 ? 0 : $0 > 6 ? 6 : $0 })
            case .activation(.swish): values.append(inputs[0].map { $0 / (1 + exp(-$0)) })
            case .add(let scale): values.append(zip(inputs[0], inputs[1]).map { $0 + Double(scale) * $1 })
            case .pool(let pooling): values.append(pool(pooling, node, graph.nodes[node.inputs[0]].shape, inputs[0]))
            case .concatenate:
                let pixels = 0..<node.shape.height * node.shape.width
                values.append(
                    pixels.flatMap { pixel in
                        zip(node.inputs, inputs).flatMap { input, value in
                            let channels = graph.nodes[input].shape.channels
                            return value[pixel * channels..<(pixel + 1) * channels]
                        }
                    })
            case .upsample:
                let (width, channels) = (node.shape.width, node.shape.channels)
                values.append(
                    (0..<node.shape.count).map { place in
                        let (channel, pixel) = (place % channels, place / channels)
                        return inputs[0][(pixel / width / 2 * (width / 2) + pixel % width / 2) * channels + channel]
                    })
            case .squeezeExcite(let reduced): values.append(squeezeExcite(node, reduced, inputs[0]))
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
    private func resolve(_ padding: Padding, _ kernel: Int, _ stride: Int, _ size: Int) -> (before: Int, output: Int) {
        switch padding {
        case .symmetric(let zeros): return (zeros, (size + 2 * zeros - kernel) / stride + 1)
        case .same:
            // TensorFlow: pad_total = max(k − s, 0) where s divides the size, max(k − size mod s, 0) elsewhere.
            let rest = size % stride
            let total = max(kernel - (rest == 0 ? stride : rest), 0)
            return (total / 2, (size + total - kernel) / stride + 1)
        }
    }

    private func pool(_ pooling: Pooling, _ node: Node, _ from: Shape, _ input: [Double]) -> [Double] {
        let (top, height) = resolve(pooling.padding, pooling.size, pooling.stride, from.height)
        let (left, width) = resolve(pooling.padding, pooling.size, pooling.stride, from.width)
        precondition(Shape(height: height, width: width, channels: from.channels) == node.shape, "\(node.name)")
        var output: [Double] = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<from.channels {
                    var window: [Double] = []
                    for ky in 0..<pooling.size {
                        for kx in 0..<pooling.size {
                            let (row, column) = (y * pooling.stride + ky - top, x * pooling.stride + kx - left)
                            guard (0..<from.height).contains(row), (0..<from.width).contains(column) else { continue }
                            window.append(input[(row * from.width + column) * from.channels + channel])
                        }
                    }
                    output.append(
                        pooling.kind == .average
                            ? window.reduce(0, +) / Double(window.count) : window.max() ?? -.infinity)
                }
            }
        }
        return output
    }

    private func squeezeExcite(_ node: Node, _ reduced: Int, _ input: [Double]) -> [Double] {
        let channels = node.shape.channels
        let pixels = Double(node.shape.height * node.shape.width)
        var mean = [Double](repeating: 0, count: channels)
        for (index, value) in input.enumerated() { mean[index % channels] += value / pixels }
        func dense(_ x: [Double], _ name: String, _ width: Int) -> [Double] {
            let (weight, bias) = (tensor("\(node.name).\(name).weight"), tensor("\(node.name).\(name).bias"))
            return (0..<width).map { row in
                x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] }
            }
        }
        let hidden = dense(mean, "conv_reduce", reduced).map { $0 / (1 + exp(-$0)) }
        let gates = dense(hidden, "conv_expand", channels).map { 1 / (1 + exp(-$0)) }
        return input.enumerated().map { $1 * gates[$0 % channels] }
    }

    private func convolution(_ settings: Convolution, _ node: Node, _ from: Shape, _ input: [Double]) -> [Double] {
        let kernel = tensor("\(node.name).weight")
        let bias = settings.hasBias ? tensor("\(node.name).bias") : [Double](repeating: 0, count: settings.channels)
        let (down, across) = (settings.kernel.height, settings.kernel.width)
        let (top, height) = resolve(settings.padding, down, settings.stride, from.height)
        let (left, width) = resolve(settings.padding, across, settings.stride, from.width)
        precondition(
            Shape(height: height, width: width, channels: settings.channels) == node.shape,
            "\(node.name): the graph has \(node.shape), not \(height)×\(width)")
        let group = settings.depthwise ? 1 : from.channels
        var output: [Double] = []
        output.reserveCapacity(node.shape.count)
        for y in 0..<height {
            for x in 0..<width {
                for o in 0..<settings.channels {
                    var sum = bias[o]
                    for ky in 0..<down {
                        let row = y * settings.stride + ky - top
                        guard (0..<from.height).contains(row) else { continue }
                        for kx in 0..<across {
                            let column = x * settings.stride + kx - left
                            guard (0..<from.width).contains(column) else { continue }
                            let pixel = (row * from.width + column) * from.channels
                            for i in 0..<group {
                                sum +=
                                    input[pixel + (settings.depthwise ? o : i)]
                                    * kernel[((o * group + i) * down + ky) * across + kx]
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

/// The largest difference as a part of the largest expected value; infinite where one is not a number or a length differs.
func error(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let largest = expected.reduce(1e-30) { max($0, abs($1)) }
    let worst = zip(values, expected).reduce(0.0) { worst, pair in
        let difference = abs(Double(pair.0) - pair.1)
        return difference.isFinite ? max(worst, difference) : .infinity
    }
    return worst / largest
}
