/// One step of a lowered graph: an operation of the graph and what it took over from the nodes after it,
/// y = activation(scale · norms(operation(x)) + residual).
///
/// Values are numbered as the graph's nodes.
struct FusedStep {
    enum Kind: Equatable {
        case convolution(Convolution), pool(Pooling), squeezeExcite(reduced: Int)
        /// Norms, a sum and an activation that no convolution took over.
        case elementwise
        /// Channels side by side, in training.
        case concatenate
        /// Every pixel as 2×2 equal ones.
        case upsample
        /// A value into its place among the channels of a wider one, in inference.
        case copy
    }

    /// The name of the node that the step began with: its parameters are found under it.
    let name: String
    let kind: Kind
    /// The nodes whose values go in, without the residual: one, except for a concatenation.
    private(set) var sources: [Int]
    /// The step that makes what a depthwise convolution reads, row by row as it is read.
    private(set) var expansion = Expansion.none
    /// A node that is added before the activation.
    private(set) var residual: Int?
    /// The batch norms, in order.
    private(set) var norms: [(name: String, epsilon: Float)] = []
    /// What the result is multiplied with, after the norms and before the sum.
    private(set) var scale: Float = 1
    private(set) var activation: Activation?
    /// The node whose value comes out.
    private(set) var output: Int
    /// The first of the output's channels that the step writes: several steps may fill one value.
    private(set) var channel = 0

    /// The first of the sources.
    var input: Int { sources[0] }

    /// The nodes that the step reads.
    var inputs: [Int] { sources + (residual.map { [$0] } ?? []) }

    /// At most one other step. (A structure cannot hold another one of its kind.)
    indirect enum Expansion {
        case none
        case step(FusedStep)
    }

    /// - Precondition: the node is not the input.
    init(_ node: Node, at index: Int) {
        name = node.name
        output = index
        var sources = node.inputs
        switch node.operation {
        case .convolution(let settings): kind = .convolution(settings)
        case .batchNorm(let epsilon, _): (kind, norms) = (.elementwise, [(node.name, epsilon)])
        case .activation(let activation): (kind, self.activation) = (.elementwise, activation)
        case .add(let factor):
            (kind, residual, scale) = (.elementwise, node.inputs[0], factor)
            sources = [node.inputs[1]]
        case .pool(let pooling): kind = .pool(pooling)
        case .concatenate: kind = .concatenate
        case .upsample: kind = .upsample
        case .squeezeExcite(let reduced): kind = .squeezeExcite(reduced: reduced)
        case .input: preconditionFailure("the input is no step")
        }
        self.sources = sources
    }

    /// The copy of a value into a concatenation.
    init(copying input: Int, to node: Node, at index: Int, channel: Int) {
        (name, kind, sources, output, self.channel) = (node.name, .copy, [input], index, channel)
    }

    /// Takes over the node that alone reads this step's value, where that keeps the order of operations.
    /// - Parameter computed: the nodes whose values are there before this step runs.
    /// - Returns: whether the step took the node over.
    mutating func absorb(_ node: Node, at index: Int, computed: Set<Int>, for target: LoweringTarget) -> Bool {
        guard target.absorbs(into: kind), activation == nil else { return false }
        switch node.operation {
        case .batchNorm(let epsilon, _) where residual == nil && target.absorbsNorms:
            norms.append((node.name, epsilon))
        case .add(let factor) where residual == nil && target.absorbsAddition(scaledBy: factor):
            let isBranch = node.inputs[1] == output
            let other = isBranch ? node.inputs[0] : node.inputs[1]
            guard other != output, isBranch || factor == 1, computed.contains(other) else { return false }
            residual = other
            scale *= factor
        case .activation(let activation) where target.absorbs(activation, afterResidual: residual != nil):
            self.activation = activation
        case .input, .convolution, .batchNorm, .activation, .add, .pool, .concatenate, .upsample, .squeezeExcite:
            return false
        }
        output = index
        return true
    }

    /// Whether the step is a convolution that multiplies pixel by pixel and adds no other value: one that can be an ``expansion``, unless it pads.
    var expandsPixels: Bool {
        guard case .convolution(let settings) = kind, residual == nil, channel == 0 else { return false }
        return !settings.depthwise && settings.kernel.taps == 1 && settings.stride == 1
    }

    /// Takes the step over that makes its input.
    /// - Precondition: this is a depthwise convolution.
    mutating func take(expansion step: FusedStep) {
        (expansion, sources) = (.step(step), step.sources)
    }

    /// Lets the step write straight into its channels of a concatenation, where it can.
    /// - Returns: whether it can.
    mutating func write(into node: Int, channel: Int) -> Bool {
        switch kind {
        case .convolution(let settings) where !settings.depthwise && residual == nil: break
        case .pool: break
        case .convolution, .squeezeExcite, .elementwise, .concatenate, .upsample, .copy: return false
        }
        (output, self.channel) = (node, channel)
        return true
    }
}
