import Backbones
import NeuralNetwork

extension Transfer.FineTune {
    /// The names of the parameters that train, without the dense layer's.
    /// - Throws: ``TrainingError`` with `badInput` when there are fewer layers.
    func trainable(_ graph: Graph, architecture: String) throws(TrainingError) -> Set<String> {
        switch self {
        case .none: return []
        case .all: return graph.learned(by: graph.nodes)
        case .top(let layers):
            let nodes = graph.nodes.dropFirst()
            guard layers <= nodes.count else {
                throw TrainingError(
                    .badInput,
                    "\(architecture) has \(nodes.count) layers; --fine-tune top:\(layers) asks for more: take top:\(nodes.count) at most, or all"
                )
            }
            return graph.learned(by: nodes.suffix(layers))
        }
    }
}

extension Graph {
    /// The names of the parameters of nodes that training changes.
    fileprivate func learned(by nodes: some Sequence<Node>) -> Set<String> {
        nodes.reduce(into: []) { $0.formUnion(learnedParameters(of: $1)) }
    }

    /// How many numbers parameters hold.
    func count(of names: some Sequence<String>) -> Int {
        let shapes = parameters
        return names.reduce(0) { $0 + (shapes[$1]?.reduce(1, *) ?? 0) }
    }
}

func denseParameterCount(classes: Int, width: Int) -> Int { classes * width + classes }
