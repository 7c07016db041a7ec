/// What a node computes. Parameters are found under the node's name, in PyTorch's layout.
public enum Operation: Sendable, Equatable {
    case input
    /// `<name>.weight`: out × in/groups × kernel × kernel.
    case convolution(Convolution)
    /// `<name>.weight`, `.bias`, `.running_mean`, `.running_var`.
    case batchNorm(epsilon: Float)
    case activation(Activation)
    /// The sum of two nodes of one shape.
    case add
}

/// A convolution's hyper-parameters.
public struct Convolution: Sendable, Equatable {
    public var channels: Int
    public var kernel: Int
    public var stride: Int
    public var padding: Padding
    public var depthwise: Bool
}

/// How many zeros surround an image.
public enum Padding: Sendable, Equatable {
    /// As many on every side.
    case symmetric(Int)
    /// TensorFlow's SAME: the output has ⌈size / stride⌉ pixels; an odd zero goes to the bottom and the right.
    case same

    /// The zeros before the first pixel, and the output's size, along one dimension.
    func resolve(size: Int, kernel: Int, stride: Int) -> (before: Int, output: Int) {
        switch self {
        case .symmetric(let zeros): return (zeros, (size + 2 * zeros - kernel) / stride + 1)
        case .same:
            let output = (size + stride - 1) / stride
            return (max((output - 1) * stride + kernel - size, 0) / 2, output)
        }
    }
}

public enum Activation: Sendable, Equatable { case relu, relu6 }

/// Height, width and channels of an image-shaped value.
public struct Shape: Sendable, Equatable, CustomStringConvertible {
    public let height: Int
    public let width: Int
    public let channels: Int
    public var count: Int { height * width * channels }
    public var description: String { "\(height)×\(width)×\(channels)" }

    public init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }
}

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

    /// Names a value as a place where features may be read. The last one is the network's output.
    public mutating func tap(_ name: String, _ value: Value) { taps.append((name, value.index)) }

    /// Adds a convolution without bias.
    public mutating func convolution(
        _ value: Value, _ name: String, channels: Int, kernel: Int, stride: Int = 1, padding: Padding,
        depthwise: Bool = false
    ) -> Value {
        let from = nodes[value.index].shape
        precondition(
            !depthwise || (kernel == 3 || kernel == 5) && (stride == 1 || stride == 2),
            "\(name): depthwise kernels are 3×3 or 5×5 of stride 1 or 2")
        precondition(
            !depthwise || channels == from.channels, "\(name): depthwise \(from) cannot give \(channels) channels")
        let height = padding.resolve(size: from.height, kernel: kernel, stride: stride).output
        let width = padding.resolve(size: from.width, kernel: kernel, stride: stride).output
        precondition(height > 0 && width > 0, "\(name): kernel \(kernel) does not fit into \(from)")
        let settings = Convolution(
            channels: channels, kernel: kernel, stride: stride, padding: padding, depthwise: depthwise)
        return append(
            name, .convolution(settings), [value], Shape(height: height, width: width, channels: channels))
    }

    public mutating func batchNorm(_ value: Value, _ name: String, epsilon: Float) -> Value {
        append(name, .batchNorm(epsilon: epsilon), [value], nodes[value.index].shape)
    }

    public mutating func activation(_ value: Value, _ kind: Activation) -> Value {
        append("\(nodes[value.index].name).\(kind)", .activation(kind), [value], nodes[value.index].shape)
    }

    public mutating func add(_ left: Value, _ right: Value, _ name: String) -> Value {
        let (a, b) = (nodes[left.index].shape, nodes[right.index].shape)
        precondition(a == b, "\(name): cannot add \(a) and \(b)")
        return append(name, .add, [left, right], a)
    }

    private mutating func append(_ name: String, _ operation: Operation, _ inputs: [Value], _ shape: Shape) -> Value {
        nodes.append(Node(name: name, operation: operation, inputs: inputs.map(\.index), shape: shape))
        return Value(index: nodes.count - 1)
    }

    /// The shapes of all parameters by name, as PyTorch stores them.
    public var parameters: [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for node in nodes {
            switch node.operation {
            case .convolution(let c):
                let inputs = c.depthwise ? 1 : nodes[node.inputs[0]].shape.channels
                shapes["\(node.name).weight"] = [c.channels, inputs, c.kernel, c.kernel]
            case .batchNorm:
                for part in ["weight", "bias", "running_mean", "running_var"] {
                    shapes["\(node.name).\(part)"] = [node.shape.channels]
                }
            case .input, .activation, .add: break
            }
        }
        return shapes
    }
}
