public import NeuralNetwork

/// A network layer by layer, if wanted with a classifier's dense layer. Parameters are counted as Keras counts them: moving statistics count,
/// and the scales that TensorFlow's Inception networks do not have do not (paper, Table 7).
public struct NetworkDescription: Sendable, Codable, Equatable {
    /// A node of the network's graph; the last are the average pool and the dense layer.
    public struct Layer: Sendable, Codable, Equatable {
        public let name: String
        /// As `convolution 3×3 / 2`.
        public let operation: String
        /// The places of its inputs among the layers.
        public let inputs: [Int]
        /// Height, width and channels; of a vector only its width.
        public let shape: [Int]
        public let parameters: Int
        /// Multiplications, each with its addition, for one image: of convolutions and dense layers, not of operations value by value.
        public let multiplyAdds: Int
    }

    public let architecture: String
    public let inputSize: Int
    /// Of the dense layer; nil for the network without one.
    public let classes: Int?
    /// The width of the pooled features.
    public let features: Int
    public let layers: [Layer]
    public let parameters: Int
    /// Parameters that are learned: all but the moving statistics.
    public let trainableParameters: Int
    /// For one image.
    public let multiplyAdds: Int

    /// - Parameters:
    ///   - inputSize: nil for the architecture's own.
    ///   - classes: of the dense layer; nil describes the network without one.
    /// - Throws: `NetworkError` when the architecture does not work at this size.
    public init(_ backbone: Backbone, inputSize: Int? = nil, classes: Int? = nil) throws(NetworkError) {
        let size = inputSize ?? backbone.inputSize
        let graph = try backbone.checkedGraph(size)
        let fixed = graph.fixedParameters
        var trainable = 0
        var layers: [Layer] = []
        for node in graph.nodes {
            let own = graph.parameters(of: node).filter { !fixed.contains($0.key) }
            let counts = own.mapValues { $0.reduce(1, *) }
            trainable += graph.learnedParameters(of: node).reduce(0) { $0 + (counts[$1] ?? 0) }
            layers.append(
                Layer(
                    name: node.name, operation: node.operation.summary, inputs: node.inputs,
                    shape: [node.shape.height, node.shape.width, node.shape.channels],
                    parameters: counts.values.reduce(0, +), multiplyAdds: graph.multiplyAdds(of: node)))
        }
        let width = graph.taps.last.map { graph.nodes[$0.node].shape.channels } ?? 0
        let output = graph.taps.last?.node ?? 0
        layers.append(
            Layer(
                name: "pool", operation: "mean over pixels", inputs: [output], shape: [width], parameters: 0,
                multiplyAdds: 0))
        if let classes {
            layers.append(
                Layer(
                    name: "classifier", operation: "dense", inputs: [layers.count - 1], shape: [classes],
                    parameters: (width + 1) * classes, multiplyAdds: width * classes))
            trainable += (width + 1) * classes
        }
        architecture = backbone.name
        self.inputSize = size
        self.classes = classes
        features = width
        parameters = layers.reduce(0) { $0 + $1.parameters }
        trainableParameters = trainable
        multiplyAdds = layers.reduce(0) { $0 + $1.multiplyAdds }
        self.layers = layers
    }
}

extension Graph {
    /// Of one image, in a node's convolution or products.
    fileprivate func multiplyAdds(of node: Node) -> Int {
        switch node.operation {
        case .convolution(let c):
            let inputs = c.depthwise ? 1 : nodes[node.inputs[0]].shape.channels
            return node.shape.count * c.kernel.taps * inputs
        case .squeezeExcite(let reduced): return 2 * reduced * node.shape.channels
        case .input, .batchNorm, .activation, .add, .pool, .concatenate, .upsample: return 0
        }
    }
}

extension Operation {
    /// The operation in a few words.
    fileprivate var summary: String {
        switch self {
        case .input: "input"
        case .convolution(let c):
            "\(c.depthwise ? "depthwise " : "")convolution \(c.kernel)\(c.stride > 1 ? " / \(c.stride)" : "")"
        case .batchNorm(_, let isScaled): isScaled ? "batch norm" : "batch norm, no scale"
        case .activation(let kind): "\(kind)"
        case .add(let scale): scale == 1 ? "sum" : "sum, second times \(scale)"
        case .pool(let p): "\(p.kind) \(p.size)×\(p.size)\(p.stride > 1 ? " / \(p.stride)" : "")"
        case .concatenate: "concatenation"
        case .upsample: "upsampling ×2"
        case .squeezeExcite(let reduced): "squeeze and excitation, \(reduced)"
        }
    }
}
