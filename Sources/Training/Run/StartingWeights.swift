import Backbones
import Embedding
import Foundation
import NeuralNetwork
import Randomness

/// What a run starts from: a file's tensors (a model, a classifier, plain weights or a checkpoint), or random ones.
struct StartingWeights {
    /// Those of the network's graph.
    let network: [String: Tensor]
    /// What tells them from others: the file's SHA-256, or the seed.
    let identity: String
    /// For people: the file's name and what it says of itself, or `random`.
    let origin: String
    /// Of a classifier's file: its classes, and the tensors beside the network's.
    let classifier: (classes: [String], tensors: [String: Tensor])?

    /// What files hold beside the network and its classifier.
    private static let beside = ["readout.", "optimiser."]

    /// - Throws: ``TrainingError`` when the file cannot be read or is of another architecture.
    init(_ configuration: TrainingConfiguration, _ graph: Graph) throws(TrainingError) {
        guard let path = configuration.weights else {
            var stream = SplitMix64(seed: configuration.seed, RandomStream.weights)
            network = graph.initialWeights(seed: stream.next())
            (identity, origin, classifier) = ("random \(configuration.seed)", "random", nil)
            return
        }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
            throw TrainingError(.notFound, "cannot read \(path): \(error.localizedDescription)")
        }
        do throws(NetworkError) {
            let file = try Safetensors(bytes)
            if let other = file.metadata[Checkpoint.Key.architecture], other != configuration.architecture {
                throw NetworkError(.extraTensor, "the file holds \(other), not \(configuration.architecture)")
            }
            guard file.metadata[Checkpoint.Key.frozen] == nil else {
                throw NetworkError(
                    .missingTensor,
                    "the checkpoint of a frozen network holds its dense layer alone; use the run's model")
            }
            network = try graph.checkedWeights(
                file.tensors.filter { tensor in !Self.beside.contains { tensor.key.hasPrefix($0) } })
            let classes = TrainedClassifier.classes(file.metadata)
            classifier = classes.map { classes in
                (classes, file.tensors.filter { $0.key.hasPrefix(Checkpoint.classifierPrefix) })
            }
            let notes = file.metadata["training"] ?? file.metadata["source"]
            origin = URL(filePath: path).lastPathComponent + (notes.map { " (\($0))" } ?? "")
        } catch { throw TrainingError(error.code == .inputOutput ? .notFound : .badInput, "\(path): \(error.message)") }
        identity = ContentHash.sha256(bytes)
    }

    /// The dense layer to start from, for classes and a width of features: a classifier's own, where it tells the same classes.
    /// - Returns: nil for a new one.
    /// - Throws: ``TrainingError`` with `badInput` when the file's does not fit and no new one was asked for.
    func head(for classes: [String], width: Int, isNew: Bool) throws(TrainingError) -> [String: Tensor]? {
        guard !isNew, let classifier else { return nil }
        guard classifier.classes == classes else {
            let (there, here) = (Set(classifier.classes), Set(classes))
            let example = here.subtracting(there).union(there.subtracting(here)).min()
            throw TrainingError(
                .badInput,
                "\(origin) tells \(classifier.classes.count) classes, the data has \(classes.count)\(example.map { ", and only one of them knows \($0)" } ?? " in another order"): start with its network and a new dense layer by --new-head"
            )
        }
        let shapes = ["classifier.weight": [classes.count, width], "classifier.bias": [classes.count]]
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) where classifier.tensors[name]?.shape != shape {
            let found = classifier.tensors[name].map { "is \($0.shape)" } ?? "is missing"
            throw TrainingError(
                .badInput, "\(origin): tensor \(name) \(found), the data needs \(shape); --new-head begins it anew")
        }
        return classifier.tensors
    }
}
