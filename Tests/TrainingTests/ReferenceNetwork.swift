import Foundation
import NeuralNetwork

/// A graph in training mode in plain loops and double precision: what the engine's operators are checked against.
struct ReferenceNetwork {
    let graph: Graph
    /// By parameter name, in PyTorch's layout.
    var weights: [String: [Double]]
    /// Names of batch norms that use their running statistics.
    var frozenNorms: Set<String> = []
    /// By batch norm, what its result is multiplied with, one factor an image.
    var branchFactors: [String: [Double]] = [:]

    init(_ graph: Graph, weights: [String: Tensor]) {
        self.graph = graph
        self.weights = weights.mapValues { $0.values.map(Double.init) }
    }

    /// The pooled values of the last tap, N × D.
    func features(_ images: [Double]) -> [Double] {
        let count = images.count / graph.nodes[0].shape.count
        let values = self.values(images)
        let last = graph.taps[graph.taps.count - 1].node
        let shape = graph.nodes[last].shape
        var features = [Double](repeating: 0, count: count * shape.channels)
        for (index, value) in values[last].enumerated() {
            features[index / shape.count * shape.channels + index % shape.channels] +=
                value / Double(shape.height * shape.width)
        }
        return features
    }

    /// All values of each tap, N × height × width × channels.
    func maps(_ images: [Double]) -> [[Double]] {
        let values = self.values(images)
        return graph.taps.map { values[$0.node] }
    }

    /// The values of every node.
    private func values(_ images: [Double]) -> [[Double]] {
        let count = images.count / graph.nodes[0].shape.count
        var values: [[Double]] = []
        for node in graph.nodes {
            let inputs = node.inputs.map { values[$0] }
            switch node.operation {
            case .input: values.append(images)
            case .convolution(let settings):
                values.append(convolve(inputs[0], graph.nodes[node.inputs[0]].shape, node, settings, count))
            case .batchNorm(let epsilon, _):
                let y = normalize(inputs[0], node, Double(epsilon))
                let factors = branchFactors[node.name] ?? [Double](repeating: 1, count: count)
                values.append(y.enumerated().map { $1 * factors[$0 / node.shape.count] })
            case .activation(let kind):
                values.append(inputs[0].map { activate($0, kind) })
            case .add(let scale): values.append(zip(inputs[0], inputs[1]).map { $0 + Double(scale) * $1 })
            case .pool(let pooling):
                values.append(pool(inputs[0], graph.nodes[node.inputs[0]].shape, node.shape, pooling, count))
            case .concatenate:
                values.append(
                    (0..<count * node.shape.height * node.shape.width).flatMap { pixel in
                        zip(node.inputs, inputs).flatMap { input, value in
                            let channels = graph.nodes[input].shape.channels
                            return value[pixel * channels..<(pixel + 1) * channels]
                        }
                    })
            case .upsample:
                let (from, to) = (graph.nodes[node.inputs[0]].shape, node.shape)
                values.append(
                    (0..<count * to.count).map { place in
                        let (image, channel) = (place / to.count, place % to.channels)
                        let (row, column) = (
                            place % to.count / to.channels / to.width / 2, place / to.channels % to.width / 2
                        )
                        return inputs[0][image * from.count + (row * from.width + column) * to.channels + channel]
                    })
            case .squeezeExcite(let reduced): values.append(excite(inputs[0], node, reduced, count))
            }
        }
        return values
    }

    private func activate(_ x: Double, _ kind: Activation) -> Double {
        switch kind {
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .swish: x / (1 + exp(-x))
        }
    }

    private func zerosBefore(_ size: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ padding: Padding) -> Int {
        switch padding {
        case .symmetric(let zeros): zeros
        case .same: max((output - 1) * stride + kernel - size, 0) / 2
        }
    }

    private func pool(_ x: [Double], _ from: Shape, _ to: Shape, _ pooling: Pooling, _ count: Int) -> [Double] {
        let top = zerosBefore(from.height, to.height, pooling.size, pooling.stride, pooling.padding)
        let left = zerosBefore(from.width, to.width, pooling.size, pooling.stride, pooling.padding)
        return (0..<count * to.count).map { place in
            let (channel, pixel) = (place % to.channels, place / to.channels)
            let (ox, oy, image) = (pixel % to.width, pixel / to.width % to.height, pixel / to.width / to.height)
            let window = (0..<pooling.size * pooling.size).compactMap { tap -> Double? in
                let (iy, ix) = (
                    oy * pooling.stride - top + tap / pooling.size, ox * pooling.stride - left + tap % pooling.size
                )
                guard iy >= 0, iy < from.height, ix >= 0, ix < from.width else { return nil }
                return x[((image * from.height + iy) * from.width + ix) * from.channels + channel]
            }
            return pooling.kind == .maximum
                ? window.max() ?? -.infinity : window.reduce(0, +) / Double(window.count)
        }
    }

    private func excite(_ x: [Double], _ node: Node, _ reduced: Int, _ count: Int) -> [Double] {
        let (channels, each) = (node.shape.channels, node.shape.count)
        func dense(_ x: [Double], _ name: String, _ width: Int) -> [Double] {
            let weight = weights["\(node.name).\(name).weight"] ?? []
            let bias = weights["\(node.name).\(name).bias"] ?? []
            return (0..<width).map { row in x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] } }
        }
        return (0..<count).flatMap { image in
            let pixels = Array(x[image * each..<(image + 1) * each])
            var mean = [Double](repeating: 0, count: channels)
            for (index, value) in pixels.enumerated() {
                mean[index % channels] += value * Double(channels) / Double(each)
            }
            let hidden = dense(mean, "conv_reduce", reduced).map { activate($0, .swish) }
            let gates = dense(hidden, "conv_expand", channels).map { 1 / (1 + exp(-$0)) }
            return pixels.enumerated().map { $1 * gates[$0 % channels] }
        }
    }

    private func convolve(_ x: [Double], _ from: Shape, _ node: Node, _ settings: Convolution, _ count: Int) -> [Double]
    {
        let to = node.shape
        let kernel = settings.kernel
        let w = weights["\(node.name).weight"] ?? []
        let groupInputs = settings.depthwise ? 1 : from.channels
        let bias = weights["\(node.name).bias"] ?? [Double](repeating: 0, count: to.channels)
        let top = zerosBefore(from.height, to.height, kernel.height, settings.stride, settings.padding)
        let left = zerosBefore(from.width, to.width, kernel.width, settings.stride, settings.padding)
        var y = [Double](repeating: 0, count: count * to.count)
        for place in 0..<count * to.count {
            let output = place % to.channels
            let ox = place / to.channels % to.width
            let oy = place / to.channels / to.width % to.height
            let image = place / to.count
            y[place] = bias[output]
            for tap in 0..<kernel.taps {
                let iy = oy * settings.stride - top + tap / kernel.width
                let ix = ox * settings.stride - left + tap % kernel.width
                guard iy >= 0, iy < from.height, ix >= 0, ix < from.width else { continue }
                for input in 0..<groupInputs {
                    let channel = settings.depthwise ? output : input
                    y[place] +=
                        x[((image * from.height + iy) * from.width + ix) * from.channels + channel]
                        * w[(output * groupInputs + input) * kernel.taps + tap]
                }
            }
        }
        return y
    }

    private func normalize(_ x: [Double], _ node: Node, _ epsilon: Double) -> [Double] {
        let channels = node.shape.channels
        let rows = Double(x.count / channels)
        func part(_ name: String) -> [Double] { weights["\(node.name).\(name)"] ?? [] }
        var (mean, variance) = (part("running_mean"), part("running_var"))
        if !frozenNorms.contains(node.name) {
            mean = [Double](repeating: 0, count: channels)
            variance = mean
            for (index, value) in x.enumerated() { mean[index % channels] += value / rows }
            for (index, value) in x.enumerated() {
                variance[index % channels] += (value - mean[index % channels]) * (value - mean[index % channels]) / rows
            }
        }
        let (gamma, beta) = (part("weight"), part("bias"))
        return x.enumerated().map { index, value in
            let c = index % channels
            return (value - mean[c]) / (variance[c] + epsilon).squareRoot() * gamma[c] + beta[c]
        }
    }

    /// The derivative of Σ features · coefficients with respect to one weight, by a central difference.
    func derivative(_ name: String, _ index: Int, images: [Double], coefficients: [Double]) -> Double {
        let step = 1e-5
        func loss(_ change: Double) -> Double {
            var changed = self
            changed.weights[name]?[index] += change
            return zip(changed.features(images), coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return (loss(step) - loss(-step)) / (2 * step)
    }
}
