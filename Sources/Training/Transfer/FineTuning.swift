import Backbones
import NeuralNetwork

/// Which part of a network trains beside the dense layer.
public enum FineTuning: Sendable, Equatable {
    /// Nothing: the network only computes features, with its running statistics.
    case none
    /// The last layers. As in Keras, every node of the graph except its input counts as one.
    case top(layers: Int)
    case all
}

extension FineTuning: Codable, LosslessStringConvertible {
    /// `none`, `top:N` or `all`.
    public var description: String {
        switch self {
        case .none: "none"
        case .top(let layers): "top:\(layers)"
        case .all: "all"
        }
    }

    public init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "all": self = .all
        default:
            guard text.hasPrefix("top:"), let layers = Int(text.dropFirst(4)), layers > 0 else { return nil }
            self = .top(layers: layers)
        }
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not none, top:N or all"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension FineTuning {
    /// The names of the network's parameters that train.
    /// - Throws: ``TrainingError`` with `badInput` if the network has fewer layers.
    func trainable(_ graph: Graph, architecture: String) throws(TrainingError) -> Set<String> {
        switch self {
        case .none: return []
        case .all: return graph.learned(by: graph.nodes)
        case .top(let layers):
            let nodes = graph.nodes.dropFirst()
            guard layers <= nodes.count else {
                throw TrainingError(
                    .badInput,
                    "\(architecture) has \(nodes.count) layers, so --fine-tune top:\(layers) is too many. Use at most top:\(nodes.count), or all."
                )
            }
            return graph.learned(by: nodes.suffix(layers))
        }
    }
}

extension Graph {
    /// The names of the nodes' parameters that training changes.
    fileprivate func learned(by nodes: some Sequence<Node>) -> Set<String> {
        nodes.reduce(into: []) { $0.formUnion(learnedParameters(of: $1)) }
    }

    /// How many numbers these parameters hold.
    func count(of names: some Sequence<String>) -> Int {
        let shapes = parameters
        return names.reduce(0) { $0 + (shapes[$1]?.reduce(1, *) ?? 0) }
    }
}

func denseParameterCount(classes: Int, width: Int) -> Int { classes * width + classes }
