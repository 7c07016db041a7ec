/// A convolution with everything that can be done to its sums before they are stored, or a step of another kind.
struct FusedStep {
    enum Kind {
        case convolution(Convolution), pool(Pooling), squeezeExcite(reduced: Int)
        /// Norms, a sum and an activation that no convolution took.
        case elementwise
        /// A value into its place among the channels of a wider one.
        case copy
    }

    let name: String
    let kind: Kind
    /// The node whose value goes in.
    let input: Int
    /// A node that is added before the activation.
    private(set) var residual: Int?
    /// The batch norms that are folded in, in order.
    private(set) var norms: [(name: String, epsilon: Float)] = []
    /// What the result is multiplied with, after the norms and before the sum.
    private(set) var scale: Float = 1
    private(set) var activation: Activation?
    /// The node whose value comes out.
    private(set) var output: Int
    /// The first of the output's channels that are written: several steps may fill one value.
    private(set) var channel = 0

    /// - Precondition: the node is neither the input nor a concatenation.
    init(_ node: Node, at index: Int) {
        name = node.name
        output = index
        var input = node.inputs[0]
        switch node.operation {
        case .convolution(let settings): kind = .convolution(settings)
        case .batchNorm(let epsilon, _): (kind, norms) = (.elementwise, [(node.name, epsilon)])
        case .activation(let activation): (kind, self.activation) = (.elementwise, activation)
        case .add(let factor):
            (kind, residual, scale) = (.elementwise, input, factor)
            input = node.inputs[1]
        case .pool(let pooling): kind = .pool(pooling)
        case .squeezeExcite(let reduced): kind = .squeezeExcite(reduced: reduced)
        case .input, .concatenate: preconditionFailure("\(node.name) is no step")
        }
        self.input = input
    }

    /// The copy of a value into a concatenation.
    init(copying input: Int, to node: Node, at index: Int, channel: Int) {
        (name, kind, self.input, output, self.channel) = (node.name, .copy, input, index, channel)
    }

    /// Takes the node that reads this step's value into the step, where that keeps the order of operations.
    mutating func absorb(_ node: Node, at index: Int, computed: Set<Int>) -> Bool {
        guard takesMore, activation == nil else { return false }
        switch node.operation {
        case .batchNorm(let epsilon, _) where residual == nil: norms.append((node.name, epsilon))
        case .add(let factor) where residual == nil:
            let isBranch = node.inputs[1] == output
            let other = isBranch ? node.inputs[0] : node.inputs[1]
            guard other != output, isBranch || factor == 1, computed.contains(other) else { return false }
            (residual, scale) = (other, factor)
        case .activation(let activation): self.activation = activation
        case .input, .convolution, .batchNorm, .add, .pool, .concatenate, .squeezeExcite: return false
        }
        output = index
        return true
    }

    private var takesMore: Bool {
        switch kind {
        case .convolution, .elementwise: true
        case .pool, .squeezeExcite, .copy: false
        }
    }

    /// Whether it can write into a part of a wider value.
    private var writesParts: Bool {
        switch kind {
        case .convolution(let settings): !settings.depthwise && residual == nil
        case .pool: true
        case .squeezeExcite, .elementwise, .copy: false
        }
    }

    /// Lets the step write straight into a concatenation's channels, where it can.
    mutating func write(into node: Int, channel: Int) -> Bool {
        guard writesParts else { return false }
        (output, self.channel) = (node, channel)
        return true
    }
}

extension Graph {
    /// The graph as fused steps. A value is only fused away where one node reads it and nobody asked to keep it.
    func fused(keeping kept: Set<Int>) -> [FusedStep] {
        var readers = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { readers[input].append(index) }
        }
        var computed: Set<Int> = [0]
        /// Values that lie in a concatenation from the start.
        var placed: Set<Int> = []
        var steps: [FusedStep] = []
        for (index, node) in nodes.enumerated() where !computed.contains(index) {
            if node.operation == .concatenate {
                computed.insert(index)
                for input in node.inputs where !placed.contains(input) {
                    let channel = channelOffset(of: input, in: node)
                    steps.append(FusedStep(copying: input, to: node, at: index, channel: channel))
                }
                continue
            }
            var step = FusedStep(node, at: index)
            computed.insert(index)
            while readers[step.output].count == 1, !kept.contains(step.output) {
                let (value, next) = (step.output, readers[step.output][0])
                if nodes[next].operation == .concatenate {
                    if step.write(into: next, channel: channelOffset(of: value, in: nodes[next])) {
                        placed.insert(value)
                    }
                    break
                }
                guard step.absorb(nodes[next], at: next, computed: computed) else { break }
                computed.insert(next)
            }
            steps.append(step)
        }
        return steps
    }

    /// Where an input's channels begin in a concatenation.
    func channelOffset(of input: Int, in concatenation: Node) -> Int {
        concatenation.inputs.prefix { $0 != input }.reduce(0) { $0 + nodes[$1].shape.channels }
    }
}
