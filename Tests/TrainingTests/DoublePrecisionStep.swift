import COpenBLAS
import NeuralNetwork

/// One step of a graph in training mode in double precision, forward and backward, with textbook formulas: the gradient of
/// Σ features · coefficients with respect to every parameter.
///
/// Convolutions are products of patches, whose rows are pixels of the output and whose columns are (ky, kx, channel).
struct DoublePrecisionStep {
    private(set) var features: [Double] = []
    /// By parameter, in PyTorch's layout.
    private(set) var gradients: [String: [Double]] = [:]

    private let graph: Graph
    private let images: Int
    private let weights: [String: [Double]]
    /// By node.
    private var values: [[Double]] = []
    /// By node: of its value.
    private var incoming: [[Double]?]

    init(_ graph: Graph, weights: [String: Tensor], images: [Float], coefficients: [Float]) {
        self.graph = graph
        self.images = images.count / graph.nodes[0].shape.count
        self.weights = weights.mapValues { $0.values.map(Double.init) }
        incoming = [[Double]?](repeating: nil, count: graph.nodes.count)
        for node in graph.nodes { values.append(forward(node, images)) }
        let last = graph.taps[graph.taps.count - 1].node
        let shape = graph.nodes[last].shape
        let pixels = Double(shape.height * shape.width)
        features = [Double](repeating: 0, count: self.images * shape.channels)
        for index in values[last].indices {
            features[index / shape.count * shape.channels + index % shape.channels] += values[last][index] / pixels
        }
        incoming[last] = values[last].indices.map { index in
            Double(coefficients[index / shape.count * shape.channels + index % shape.channels]) / pixels
        }
        for index in graph.nodes.indices.reversed() {
            guard let gradient = incoming[index] else { continue }
            backward(graph.nodes[index], index, gradient)
            incoming[index] = nil
        }
    }

    private func forward(_ node: Node, _ images: [Float]) -> [Double] {
        let x = node.inputs.map { values[$0] }
        switch node.operation {
        case .input: return images.map(Double.init)
        case .convolution(let settings):
            let patches = Patches(
                settings, from: graph.nodes[node.inputs[0]].shape, to: node.shape, images: self.images)
            var y = Matrix.product(
                patches.gather(x[0]), kernel(node, patches), rows: patches.rows, inner: patches.columns,
                columns: node.shape.channels)
            guard settings.hasBias, let bias = weights["\(node.name).bias"] else { return y }
            for index in y.indices { y[index] += bias[index % bias.count] }
            return y
        case .batchNorm(let epsilon, _):
            let norm = Norm(x[0], channels: node.shape.channels, epsilon: Double(epsilon))
            let (scale, shift) = (weights["\(node.name).weight"] ?? [], weights["\(node.name).bias"] ?? [])
            return x[0].enumerated().map { index, value in
                let c = index % norm.channels
                return (value - norm.mean[c]) * norm.inverse[c] * scale[c] + shift[c]
            }
        case .activation(.relu): return x[0].map { max($0, 0) }
        case .add(let scale): return zip(x[0], x[1]).map { $0 + Double(scale) * $1 }
        case .pool(let pooling):
            let windows = Windows(pooling, from: graph.nodes[node.inputs[0]].shape, to: node.shape)
            return (0..<self.images * node.shape.count).map { place in
                let pixels = windows.pixels(place)
                if pooling.kind == .average { return pixels.reduce(0) { $0 + x[0][$1] } / Double(pixels.count) }
                return x[0][windows.largest(pixels, x[0])]
            }
        case .concatenate:
            return (0..<self.images * node.shape.height * node.shape.width).flatMap { pixel in
                zip(node.inputs, x).flatMap { input, value in
                    let channels = graph.nodes[input].shape.channels
                    return value[pixel * channels..<(pixel + 1) * channels]
                }
            }
        case .activation, .upsample, .squeezeExcite:
            preconditionFailure("\(node.name) is no part of an Inception network")
        }
    }

    /// The kernel as (ky, kx, in) × out.
    private func kernel(_ node: Node, _ patches: Patches) -> [Double] {
        let (stored, outputs) = (weights["\(node.name).weight"] ?? [], node.shape.channels)
        let taps = patches.columns / patches.channels
        var matrix = [Double](repeating: 0, count: stored.count)
        for (index, value) in stored.enumerated() {
            let (tap, input, output) = (index % taps, index / taps % patches.channels, index / patches.columns)
            matrix[(tap * patches.channels + input) * outputs + output] = value
        }
        return matrix
    }

    private mutating func add(_ gradient: [Double], to node: Int) {
        guard var sum = incoming[node] else { return incoming[node] = gradient }
        incoming[node] = nil  // so that the sum is changed in place
        for index in sum.indices { sum[index] += gradient[index] }
        incoming[node] = sum
    }

    private mutating func backward(_ node: Node, _ index: Int, _ g: [Double]) {
        switch node.operation {
        case .input, .upsample, .squeezeExcite: break
        case .convolution(let settings): backward(settings, node, g)
        case .batchNorm(let epsilon, _): backward(normWith: Double(epsilon), node, g)
        case .activation: add(zip(values[index], g).map { $0 > 0 ? $1 : 0 }, to: node.inputs[0])
        case .add(let scale):
            add(g, to: node.inputs[0])
            add(g.map { Double(scale) * $0 }, to: node.inputs[1])
        case .pool(let pooling):
            let windows = Windows(pooling, from: graph.nodes[node.inputs[0]].shape, to: node.shape)
            let x = values[node.inputs[0]]
            var sum = [Double](repeating: 0, count: x.count)
            for (place, value) in g.enumerated() {
                let pixels = windows.pixels(place)
                if pooling.kind == .maximum {
                    sum[windows.largest(pixels, x)] += value
                } else {
                    for pixel in pixels { sum[pixel] += value / Double(pixels.count) }
                }
            }
            add(sum, to: node.inputs[0])
        case .concatenate:
            var offset = 0
            for input in node.inputs {
                let channels = graph.nodes[input].shape.channels
                let starts = stride(from: offset, to: g.count, by: node.shape.channels)
                add(starts.flatMap { g[$0..<$0 + channels] }, to: input)
                offset += channels
            }
        }
    }

    private mutating func backward(_ settings: Convolution, _ node: Node, _ g: [Double]) {
        let patches = Patches(settings, from: graph.nodes[node.inputs[0]].shape, to: node.shape, images: images)
        let outputs = node.shape.channels
        let matrix = Matrix.product(
            patches.gather(values[node.inputs[0]]), g, rows: patches.columns, inner: patches.rows, columns: outputs,
            transposesLeft: true)
        let taps = patches.columns / patches.channels
        gradients["\(node.name).weight"] = (0..<matrix.count).map { place in
            let (tap, input, output) = (place % taps, place / taps % patches.channels, place / patches.columns)
            return matrix[(tap * patches.channels + input) * outputs + output]
        }
        if settings.hasBias { gradients["\(node.name).bias"] = Matrix.columnSums(g, columns: outputs) }
        guard node.inputs[0] != 0 else { return }
        let toPatches = Matrix.product(
            g, kernel(node, patches), rows: patches.rows, inner: outputs, columns: patches.columns,
            transposesRight: true)
        add(patches.scatter(toPatches), to: node.inputs[0])
    }

    private mutating func backward(normWith epsilon: Double, _ node: Node, _ g: [Double]) {
        let x = values[node.inputs[0]]
        let norm = Norm(x, channels: node.shape.channels, epsilon: epsilon)
        let scale = weights["\(node.name).weight"] ?? []
        let unit = x.enumerated().map { ($1 - norm.mean[$0 % norm.channels]) * norm.inverse[$0 % norm.channels] }
        let sums = Matrix.columnSums(g, columns: norm.channels)
        let dots = Matrix.columnSums(zip(g, unit).map { $0 * $1 }, columns: norm.channels)
        gradients["\(node.name).bias"] = sums
        if graph.learnedParameters(of: node).contains("\(node.name).weight") { gradients["\(node.name).weight"] = dots }
        let rows = Double(x.count / norm.channels)
        add(
            g.enumerated().map { index, value in
                let c = index % norm.channels
                return scale[c] * norm.inverse[c] * (value - sums[c] / rows - unit[index] * dots[c] / rows)
            }, to: node.inputs[0])
    }
}

/// The statistics of a batch.
private struct Norm {
    let channels: Int
    let mean: [Double]
    /// 1/√(σ² + ε).
    let inverse: [Double]

    init(_ x: [Double], channels: Int, epsilon: Double) {
        let rows = Double(x.count / channels)
        let mean = Matrix.columnSums(x, columns: channels).map { $0 / rows }
        let squares = x.enumerated().map { ($1 - mean[$0 % channels]) * ($1 - mean[$0 % channels]) }
        (self.channels, self.mean) = (channels, mean)
        inverse = Matrix.columnSums(squares, columns: channels).map { 1 / ($0 / rows + epsilon).squareRoot() }
    }
}
