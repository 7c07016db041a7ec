/// One node: what it computes, from which nodes, into which shape.
public struct Node: Sendable {
    public let name: String
    public let operation: Operation
    public let inputs: [Int]
    public let shape: Shape
}

/// A network as data: nodes in an order in which each comes after its inputs.
public struct Graph: Sendable {
    public private(set) var nodes: [Node]
    /// Places where pooled features may be read, by name, in depth order.
    public private(set) var taps: [(name: String, node: Int)] = []

    /// A value in the graph, handed from one builder call to the next.
    public struct Value: Sendable { fileprivate let index: Int }

    /// A graph with only its input.
    public init(input: Shape) {
        nodes = [Node(name: "input", operation: .input, inputs: [], shape: input)]
    }

    public var input: Value { Value(index: 0) }

    /// The shape of a value.
    public func shape(of value: Value) -> Shape { nodes[value.index].shape }

    /// Names a value as a place where features may be read. The last tap is the network's output.
    public mutating func tap(_ name: String, _ value: Value) { taps.append((name, value.index)) }

    /// Adds a convolution.
    public mutating func convolution(
        _ value: Value, _ name: String, channels: Int, kernel: KernelSize, stride: Int = 1, padding: Padding,
        depthwise: Bool = false, bias: Bool = false
    ) -> Value {
        let from = shape(of: value)
        let (down, across) = (kernel.height, kernel.width)
        precondition(
            !depthwise || down == across && (down == 3 || down == 5) && (stride == 1 || stride == 2),
            "\(name): depthwise kernels are 3×3 or 5×5 of stride 1 or 2")
        precondition(
            !depthwise || channels == from.channels, "\(name): depthwise \(from) cannot give \(channels) channels")
        let height = padding.resolve(size: from.height, kernel: down, stride: stride).output
        let width = padding.resolve(size: from.width, kernel: across, stride: stride).output
        precondition(height > 0 && width > 0, "\(name): kernel \(kernel) does not fit into \(from)")
        let settings = Convolution(
            channels: channels, kernel: kernel, stride: stride, padding: padding, depthwise: depthwise, hasBias: bias)
        return append(
            name, .convolution(settings), [value], Shape(height: height, width: width, channels: channels))
    }

    /// - Parameter isScaled: whether it has a trainable scale; see `Operation.batchNorm`.
    public mutating func batchNorm(_ value: Value, _ name: String, epsilon: Float, isScaled: Bool = true) -> Value {
        append(name, .batchNorm(epsilon: epsilon, isScaled: isScaled), [value], shape(of: value))
    }

    public mutating func activation(_ value: Value, _ kind: Activation) -> Value {
        append("\(nodes[value.index].name).\(kind)", .activation(kind), [value], shape(of: value))
    }

    /// left + scale · right.
    public mutating func add(_ left: Value, _ right: Value, scale: Float = 1, _ name: String) -> Value {
        let (a, b) = (shape(of: left), shape(of: right))
        precondition(a == b, "\(name): cannot add \(a) and \(b)")
        return append(name, .add(scale: scale), [left, right], a)
    }

    public mutating func pool(
        _ value: Value, _ name: String, _ kind: Pooling.Kind, size: Int, stride: Int, padding: Padding
    ) -> Value {
        let from = shape(of: value)
        let height = padding.resolve(size: from.height, kernel: size, stride: stride).output
        let width = padding.resolve(size: from.width, kernel: size, stride: stride).output
        precondition(height > 0 && width > 0, "\(name): a window of \(size) does not fit into \(from)")
        if case .symmetric(let zeros) = padding {
            precondition(
                zeros < size, "\(name): a window of \(size) would lie in a padding of \(zeros), without any pixel")
        }
        return append(
            name, .pool(Pooling(kind: kind, size: size, stride: stride, padding: padding)), [value],
            Shape(height: height, width: width, channels: from.channels))
    }

    /// Values of one height and width, their channels side by side.
    public mutating func concatenate(_ values: [Value], _ name: String) -> Value {
        let shapes = values.map { shape(of: $0) }
        precondition(
            Set(values.map(\.index)).count == values.count
                && shapes.allSatisfy { $0.height == shapes[0].height && $0.width == shapes[0].width },
            "\(name): cannot put \(shapes) side by side")
        return append(
            name, .concatenate, values,
            Shape(
                height: shapes[0].height, width: shapes[0].width, channels: shapes.reduce(0) { $0 + $1.channels }))
    }

    /// Twice the height and width, by repeating pixels.
    public mutating func upsample(_ value: Value, _ name: String) -> Value {
        let from = shape(of: value)
        return append(
            name, .upsample, [value], Shape(height: 2 * from.height, width: 2 * from.width, channels: from.channels))
    }

    public mutating func squeezeExcite(_ value: Value, _ name: String, reduced: Int) -> Value {
        append(name, .squeezeExcite(reduced: reduced), [value], shape(of: value))
    }

    private mutating func append(_ name: String, _ operation: Operation, _ inputs: [Value], _ shape: Shape) -> Value {
        nodes.append(Node(name: name, operation: operation, inputs: inputs.map(\.index), shape: shape))
        return Value(index: nodes.count - 1)
    }

    /// The shapes of a node's parameters by name, as PyTorch stores them. Nodes of one name share their parameters.
    public func parameters(of node: Node) -> [String: [Int]] {
        switch node.operation {
        case .convolution(let c):
            let inputs = c.depthwise ? 1 : nodes[node.inputs[0]].shape.channels
            let weight = ["\(node.name).weight": [c.channels, inputs, c.kernel.height, c.kernel.width]]
            return c.hasBias ? weight.merging(["\(node.name).bias": [c.channels]]) { $1 } : weight
        case .batchNorm:
            let parts = ["weight", "bias", "running_mean", "running_var"]
            return Dictionary(uniqueKeysWithValues: parts.map { ("\(node.name).\($0)", [node.shape.channels]) })
        case .squeezeExcite(let reduced):
            let channels = node.shape.channels
            return [
                "\(node.name).conv_reduce.weight": [reduced, channels, 1, 1],
                "\(node.name).conv_reduce.bias": [reduced],
                "\(node.name).conv_expand.weight": [channels, reduced, 1, 1],
                "\(node.name).conv_expand.bias": [channels],
            ]
        case .input, .activation, .add, .pool, .concatenate, .upsample: return [:]
        }
    }

    /// The shapes of all parameters by name.
    public var parameters: [String: [Int]] {
        nodes.reduce(into: [:]) { shapes, node in shapes.merge(parameters(of: node)) { $1 } }
    }

    /// The names of a node's parameters that training changes: not the running statistics, which are measured, nor a fixed scale.
    public func learnedParameters(of node: Node) -> Set<String> {
        let names = Set(parameters(of: node).keys)
        guard case .batchNorm(_, let isScaled) = node.operation else { return names }
        return names.intersection(["\(node.name).bias"] + (isScaled ? ["\(node.name).weight"] : []))
    }

    /// The scales of batch norms that are not scaled: files may leave them out, and nothing trains them.
    public var fixedParameters: Set<String> {
        Set(
            nodes.compactMap { node in
                guard case .batchNorm(_, isScaled: false) = node.operation else { return nil }
                return "\(node.name).weight"
            })
    }
}
