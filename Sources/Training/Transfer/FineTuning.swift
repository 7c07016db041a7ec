import Backbones
import NeuralNetwork

extension Transfer.FineTune {
    /// The names of the parameters that train, without the dense layer's.
    /// - Throws: ``TrainingError`` with `badInput` when there are fewer layers.
    func trainable(_ graph: Graph, architecture: String) throws(TrainingError) -> Set<String> {
        let names = graph.parameters.keys.filter { !Graph.isStatistic($0) }
        switch self {
        case .none: return []
        case .all: return Set(names)
        case .top(let layers):
            let nodes = graph.nodes.dropFirst()
            guard layers <= nodes.count else {
                throw TrainingError(
                    .badInput,
                    "\(architecture) has \(nodes.count) layers; --fine-tune top:\(layers) asks for more: take top:\(nodes.count) at most, or all"
                )
            }
            let top = Set(nodes.suffix(layers).map(\.name))
            // A node's parameters are its name and one word more.
            return Set(names.filter { top.contains($0.split(separator: ".").dropLast().joined(separator: ".")) })
        }
    }
}

extension Graph {
    /// Whether a parameter is measured in training, not learned.
    fileprivate static func isStatistic(_ name: String) -> Bool {
        name.hasSuffix(".running_mean") || name.hasSuffix(".running_var")
    }

    /// How many numbers parameters hold.
    func count(of names: some Sequence<String>) -> Int {
        let shapes = parameters
        return names.reduce(0) { $0 + (shapes[$1]?.reduce(1, *) ?? 0) }
    }
}

/// How many parameters a classifier has, as Keras counts: the network's, running statistics among them, and its dense layer's.
func parameterCount(_ backbone: Backbone, inputSize: Int, classes: Int, width: Int) -> Int {
    let graph = backbone.graph(inputSize)
    return graph.count(of: graph.parameters.keys) + denseParameterCount(classes: classes, width: width)
}

func denseParameterCount(classes: Int, width: Int) -> Int { classes * width + classes }
