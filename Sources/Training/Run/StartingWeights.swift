import Backbones
import Embedding
import Foundation
import NeuralNetwork
import Platform
import Randomness

/// The tensors that a run starts from: a file's (a model, a classifier, plain weights or a checkpoint), or random ones.
struct StartingWeights {
    /// The tensors of the network's graph.
    let network: [String: Tensor]
    /// Identifies the weights: the file's SHA-256, or the seed.
    let identity: String
    /// For people: the file's name and its notes, or `random`.
    let origin: String
    /// Only from a classifier's file: its classes, and the tensors of its dense layer.
    let classifier: (classes: [String], tensors: [String: Tensor])?

    /// The prefixes of tensors in files that belong neither to the network nor to its classifier.
    private static let otherPrefixes = ["readout.", "optimiser."]

    /// - Throws: ``TrainingError`` if the file cannot be read or has another architecture.
    init(_ configuration: TrainingConfiguration, _ graph: Graph) throws(TrainingError) {
        var stream = SplitMix64(seed: configuration.seed, RandomStream.weights)
        let seed = stream.next()
        guard let path = configuration.weights else {
            network =
                configuration.kind == .detection
                ? FaceDetectorNetwork.initialWeights(seed: seed) : graph.initialWeights(seed: seed)
            (identity, origin, classifier) = ("random \(configuration.seed)", "random", nil)
            return
        }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
            throw TrainingError(.notFound, "cannot read \(path): \(SystemReason.text(error))")
        }
        do throws(NetworkError) {
            let file = try Safetensors(bytes)
            let architecture = file.metadata[Checkpoint.Key.architecture]
            // A detector may start with the first stages of a network that was trained to name faces.
            let isTrunk = configuration.kind == .detection && architecture != configuration.architecture
            if let other = architecture, other != configuration.architecture, !isTrunk {
                throw NetworkError(.extraTensor, "the file holds \(other), not \(configuration.architecture)")
            }
            guard file.metadata[Checkpoint.Key.frozen] == nil else {
                throw NetworkError(
                    .missingTensor,
                    "the checkpoint of a run with a frozen network holds only the dense layer. Use the run's model instead."
                )
            }
            let tensors = file.tensors.filter { tensor in
                !Self.otherPrefixes.contains { tensor.key.hasPrefix($0) }
            }
            network =
                isTrunk
                ? try FaceDetectorNetwork.initialWeights(startingWith: tensors, seed: seed)
                : try graph.checkedWeights(tensors)
            let classes = TrainedClassifier.classes(file.metadata)
            classifier = classes.map { classes in
                (classes, file.tensors.filter { $0.key.hasPrefix(Checkpoint.classifierPrefix) })
            }
            let notes = file.metadata["training"] ?? file.metadata["source"]
            origin = URL(filePath: path).lastPathComponent + (notes.map { " (\($0))" } ?? "")
        } catch { throw TrainingError(error.code == .inputOutput ? .notFound : .badInput, "\(path): \(error.message)") }
        identity = ContentHash.sha256(bytes)
    }

    /// The dense layer to start from: the classifier's, if it has the same classes.
    /// - Parameters:
    ///   - width: the width of the features.
    ///   - isNew: whether the settings ask for a new dense layer.
    /// - Returns: nil for a new one.
    /// - Throws: ``TrainingError`` with `badInput` if the file's dense layer does not fit and no new one is asked for.
    func head(for classes: [String], width: Int, isNew: Bool) throws(TrainingError) -> [String: Tensor]? {
        guard !isNew, let classifier else { return nil }
        guard classifier.classes == classes else {
            let (there, here) = (Set(classifier.classes), Set(classes))
            let example = here.subtracting(there).union(there.subtracting(here)).min()
            throw TrainingError(
                .badInput,
                "\(origin) has \(classifier.classes.count) classes and the data has \(classes.count)\(example.map { "; only one of them has \($0)" } ?? " in another order"). Add --new-head to start with its network and a new dense layer."
            )
        }
        let shapes = ["classifier.weight": [classes.count, width], "classifier.bias": [classes.count]]
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) where classifier.tensors[name]?.shape != shape {
            let found = classifier.tensors[name].map { "is \($0.shape)" } ?? "is missing"
            throw TrainingError(
                .badInput,
                "\(origin): tensor \(name) \(found), but the data needs \(shape). Add --new-head to start with a new dense layer."
            )
        }
        return classifier.tensors
    }
}
