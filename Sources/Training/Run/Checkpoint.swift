import Foundation
import NeuralNetwork

/// The whole state of a run in one safetensors file: the network's tensors under their own names, the classifier's parameters, the
/// optimizer's velocities as `optimiser.NAME`, and the rest as JSON in the metadata. A frozen network is left out.
struct Checkpoint {
    let architecture: String
    /// Empty if the network is frozen.
    let weights: [String: Tensor]
    /// The identity of a frozen network's weights; nil if the network trains.
    let frozen: String?
    let classifier: [String: Tensor]
    let velocities: [String: [Float]]
    let state: TrainingState

    /// Part of the file format, so the spelling stays.
    private static let optimizerPrefix = "optimiser."
    static let classifierPrefix = "classifier."

    enum Key {
        static let architecture = "architecture", size = "input_size", state = "state", frozen = "frozen_network"
    }

    func encoded(inputSize: Int) -> Data {
        var tensors = weights
        tensors.merge(classifier) { _, new in new }
        for (name, values) in velocities {
            tensors[Self.optimizerPrefix + name] = Tensor(shape: [values.count], values: values)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let state = try? encoder.encode(state) else { preconditionFailure("a state holds finite numbers only") }
        var metadata = [
            Key.architecture: architecture, Key.size: String(inputSize),
            Key.state: String(decoding: state, as: UTF8.self),
        ]
        metadata[Key.frozen] = frozen
        return Safetensors(tensors: tensors, metadata: metadata).encoded()
    }

    init(
        architecture: String, weights: [String: Tensor], frozen: String?, classifier: [String: Tensor],
        velocities: [String: [Float]], state: TrainingState
    ) {
        (self.architecture, self.weights, self.frozen) = (architecture, weights, frozen)
        self.classifier = classifier
        (self.velocities, self.state) = (velocities, state)
    }

    /// Reads a checkpoint of an architecture.
    /// - Throws: ``TrainingError`` if the file is damaged, has another architecture, or is no checkpoint.
    init(path: String, architecture: String, graph: Graph) throws(TrainingError) {
        try self.init(path, architecture, graph) { () throws(NetworkError) in try Safetensors(contentsOf: path) }
    }

    /// The same from a file's bytes.
    /// - Parameter path: for messages.
    init(_ bytes: Data, from path: String, architecture: String, graph: Graph) throws(TrainingError) {
        try self.init(path, architecture, graph) { () throws(NetworkError) in try Safetensors(bytes) }
    }

    private init(
        _ path: String, _ architecture: String, _ graph: Graph, _ read: () throws(NetworkError) -> Safetensors
    ) throws(TrainingError) {
        let file: Safetensors
        do { file = try read() } catch {
            throw TrainingError(.badInput, "the checkpoint cannot be used: \(error.message)")
        }
        guard file.metadata[Key.architecture] == architecture else {
            throw TrainingError(
                .badInput,
                "\(path) is a checkpoint of \(file.metadata[Key.architecture] ?? "no known architecture"), not of \(architecture)"
            )
        }
        guard let text = file.metadata[Key.state],
            let state = try? JSONDecoder().decode(TrainingState.self, from: Data(text.utf8))
        else { throw TrainingError(.badInput, "\(path) is no checkpoint: it holds no state of a run") }
        var network: [String: Tensor] = [:]
        var classifier: [String: Tensor] = [:]
        var velocities: [String: [Float]] = [:]
        for (name, tensor) in file.tensors {
            if name.hasPrefix(Self.optimizerPrefix) {
                velocities[String(name.dropFirst(Self.optimizerPrefix.count))] = tensor.values
            } else if name.hasPrefix(Self.classifierPrefix) {
                classifier[name] = tensor
            } else {
                network[name] = tensor
            }
        }
        frozen = file.metadata[Key.frozen]
        do { weights = frozen == nil ? try graph.checkedWeights(network) : [:] } catch {
            throw TrainingError(.badInput, "\(path): \(error.message)")
        }
        (self.architecture, self.classifier, self.velocities, self.state) = (
            architecture, classifier, velocities, state
        )
    }
}
