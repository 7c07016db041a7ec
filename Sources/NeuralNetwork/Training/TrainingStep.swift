/// One step of a training plan. Values are numbered as the graph's nodes.
struct TrainingStep {
    enum Kind {
        case convolution(Convolution)
        /// y = activation(scale · norm(x) + residual); norm, residual and activation may be absent.
        case normalization(
            norm: (name: String, epsilon: Float)?, scale: Float, residual: Int?, activation: Activation?)
        case pool(Pooling)
        case concatenate
        case squeezeExcite(reduced: Int)
    }

    let name: String
    var kind: Kind
    /// The nodes whose values go in, without a residual.
    let sources: [Int]
    /// The node whose value comes out.
    var output: Int

    /// The first of the sources; the only one but in a concatenation.
    var input: Int { sources[0] }

    var residual: Int? {
        guard case .normalization(_, _, let residual, _) = kind else { return nil }
        return residual
    }

    /// Whether it adds a norm's result and a shortcut.
    var isResidualAddition: Bool {
        guard case .normalization(.some, _, .some, _) = kind else { return false }
        return true
    }

    /// Whether backward goes through the activation on its way through the norm, by what went into that, so that it neither
    /// reads what came out nor stores the gradient between the two.
    func gatesInNorm(isTrainable: Bool) -> Bool {
        guard case .normalization(.some, _, nil, .some) = kind else { return false }
        return isTrainable
    }

    /// The nodes that the step reads.
    var inputs: [Int] { sources + (residual.map { [$0] } ?? []) }

    private init(_ node: Node, at index: Int) {
        name = node.name
        output = index
        var sources = node.inputs
        switch node.operation {
        case .convolution(let settings): kind = .convolution(settings)
        case .batchNorm(let epsilon, _):
            kind = .normalization(norm: (node.name, epsilon), scale: 1, residual: nil, activation: nil)
        case .activation(let activation):
            kind = .normalization(norm: nil, scale: 1, residual: nil, activation: activation)
        case .add(let scale):
            kind = .normalization(norm: nil, scale: scale, residual: node.inputs[0], activation: nil)
            sources = [node.inputs[1]]
        case .pool(let pooling): kind = .pool(pooling)
        case .concatenate: kind = .concatenate
        case .squeezeExcite(let reduced): kind = .squeezeExcite(reduced: reduced)
        case .input: preconditionFailure("the input is never a step")
        }
        self.sources = sources
    }

    /// Takes the node that alone reads this step's value into the step, where that keeps the order of operations.
    private mutating func absorb(_ node: Node, at index: Int, computed: Set<Int>) -> Bool {
        guard case .normalization(let norm, let scale, let residual, nil) = kind else { return false }
        switch node.operation {
        case .add(scale: 1) where residual == nil:
            let other = node.inputs[0] == output ? node.inputs[1] : node.inputs[0]
            guard other != output, computed.contains(other) else { return false }
            kind = .normalization(norm: norm, scale: scale, residual: other, activation: nil)
        // The gradient of swish is made from what goes in, which is no single value where a residual was added.
        case .activation(let activation) where activation != .swish || residual == nil:
            kind = .normalization(norm: norm, scale: scale, residual: residual, activation: activation)
        case .input, .convolution, .batchNorm, .activation, .add, .pool, .concatenate, .squeezeExcite: return false
        }
        output = index
        return true
    }

    /// The steps that lead to a node, in order. What does not lead there is left out.
    static func steps(of graph: Graph, to last: Int) -> [TrainingStep] {
        var readers = [[Int]](repeating: [], count: graph.nodes.count)
        var leading: Set<Int> = [last]
        for index in stride(from: last, through: 0, by: -1) where leading.contains(index) {
            for input in graph.nodes[index].inputs {
                readers[input].append(index)
                leading.insert(input)
            }
        }
        var computed: Set<Int> = [0]
        var steps: [TrainingStep] = []
        for index in leading.sorted() where !computed.contains(index) {
            var step = TrainingStep(graph.nodes[index], at: index)
            computed.insert(index)
            while step.output != last, readers[step.output].count == 1 {
                let next = readers[step.output][0]
                guard step.absorb(graph.nodes[next], at: next, computed: computed) else { break }
                computed.insert(next)
            }
            steps.append(step)
        }
        return steps
    }
}
