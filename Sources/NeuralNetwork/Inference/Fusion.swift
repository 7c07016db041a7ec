/// A convolution with everything that can be done to its sums before they are stored, or a lone elementwise step.
struct FusedStep {
    enum Kind { case convolution(Convolution), elementwise }

    let name: String
    let kind: Kind
    /// The node whose value goes in.
    let input: Int
    /// A node that is added before the activation.
    private(set) var residual: Int?
    /// The batch norms that are folded in, in order.
    private(set) var norms: [(name: String, epsilon: Float)] = []
    private(set) var activation: Activation?
    /// The node whose value comes out.
    private(set) var output: Int

    init(_ node: Node, at index: Int) {
        name = node.name
        input = node.inputs[0]
        output = index
        switch node.operation {
        case .convolution(let settings): kind = .convolution(settings)
        case .batchNorm(let epsilon): (kind, norms) = (.elementwise, [(node.name, epsilon)])
        case .activation(let activation): (kind, self.activation) = (.elementwise, activation)
        case .add: (kind, residual) = (.elementwise, node.inputs[1])
        case .input: preconditionFailure("the input is never a step")
        }
    }

    /// Takes the node that reads this step's value into the step, where that keeps the order of operations.
    mutating func absorb(_ node: Node, at index: Int, computed: Set<Int>) -> Bool {
        guard activation == nil else { return false }
        switch node.operation {
        case .batchNorm(let epsilon) where residual == nil: norms.append((node.name, epsilon))
        case .add where residual == nil:
            let other = node.inputs[0] == output ? node.inputs[1] : node.inputs[0]
            guard other != output, computed.contains(other) else { return false }
            residual = other
        case .activation(let activation): self.activation = activation
        case .input, .convolution, .batchNorm, .add: return false
        }
        output = index
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
        var steps: [FusedStep] = []
        for (index, node) in nodes.enumerated() where !computed.contains(index) {
            var step = FusedStep(node, at: index)
            computed.insert(index)
            while readers[step.output].count == 1, !kept.contains(step.output) {
                let next = readers[step.output][0]
                guard step.absorb(nodes[next], at: next, computed: computed) else { break }
                computed.insert(next)
            }
            steps.append(step)
        }
        return steps
    }
}
