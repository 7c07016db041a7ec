import Backbones
import Embedding
import FewShot
import Foundation
import Imaging
import NeuralNetwork
import Randomness

/// Which classes a run trains on, chooses by and leaves alone; kept in the run folder as `split.json`.
struct RunSplit: Codable, Equatable {
    struct Part: Codable, Equatable {
        let name: String
        let images: Int
    }

    let training, validation, test: [Part]

    /// What differs from an earlier split; nil when nothing does.
    func difference(from other: RunSplit) -> String? {
        for (part, now, then) in [
            ("training", training, other.training), ("validation", validation, other.validation),
        ] where now != then {
            let (names, earlier) = (now.map(\.name), then.map(\.name))
            if names != earlier { return "the \(part) classes were \(earlier.count) and are \(names.count), or others" }
            if let (a, b) = zip(now, then).first(where: { $0 != $1 }) {
                return "\(a.name) had \(b.images) pictures and has \(a.images)"
            }
        }
        return nil
    }
}

/// Counts pictures over several stores.
private final class ReadCounter {
    private let total: Int
    private let progress: @Sendable (Int, Int) -> Void
    private var before = 0

    init(_ total: Int, _ progress: @escaping @Sendable (Int, Int) -> Void) {
        (self.total, self.progress) = (total, progress)
    }

    func read(_ data: ClassFolders, _ configuration: TrainingConfiguration) throws(TrainingError) -> PictureStore {
        let (before, total, progress) = (before, total, progress)
        self.before += data.imageCount
        return try PictureStore(data, skipBad: configuration.data.skipBad) { progress(before + $0, total) }
    }
}

/// What a run is made of, read and checked before it begins.
struct RunSetup {
    let backbone: Backbone
    let graph: Graph
    let maker: BatchMaker
    /// nil where no class is held out.
    let validation: Validation?
    /// nil where no picture of a training class is held out.
    let held: HeldImages?
    let split: RunSplit
    private let skipped: [String]
    private let configuration: TrainingConfiguration

    /// The width of the features.
    var width: Int { graph.taps.last.map { graph.nodes[$0.node].shape.channels } ?? 0 }

    /// - Parameters:
    ///   - backbone: nil for the catalogue's.
    ///   - progress: called with the number of pictures read and their total.
    /// - Throws: ``TrainingError`` that says what does not fit.
    init(
        _ configuration: TrainingConfiguration, backbone: Backbone?, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(TrainingError) {
        self.configuration = configuration
        do throws(NetworkError) {
            if let backbone {
                self.backbone = backbone
            } else {
                self.backbone = try Catalogue.backbone(configuration.architecture)
            }
        } catch { throw TrainingError(error) }
        let backbone = self.backbone
        graph = backbone.graph(configuration.inputSize)
        let classes: ClassSplit
        do throws(DataSetError) { classes = try Self.classes(configuration) } catch { throw TrainingError(error) }
        let images = try Self.images(classes.training, configuration)
        let counter = ReadCounter(classes.training.imageCount + classes.validation.imageCount, progress)
        let training = try counter.read(images.training, configuration)
        let transform = EvaluationTransform(
            kind: .resize, size: configuration.inputSize, normalization: backbone.normalization)
        maker = BatchMaker(
            store: training, transform: configuration.transform ?? .paper(size: configuration.inputSize),
            evaluation: transform, seed: configuration.seed)
        try Self.check(maker, configuration)
        let heldImages = try images.held.map { data throws(TrainingError) in try counter.read(data, configuration) }
        held = try heldImages.map { store throws(TrainingError) in try HeldImages(store, transform: transform) }
        let heldClasses =
            classes.validation.classes.isEmpty ? nil : try counter.read(classes.validation, configuration)
        validation = try heldClasses.flatMap { store throws(TrainingError) in
            guard let task = configuration.validation else { return nil }
            return try Validation(
                store, task: task, tasks: configuration.validationTasks, seed: configuration.seed,
                normalized: configuration.kind == .pretraining, transform: transform)
        }
        skipped = training.skipped + (heldImages?.skipped ?? []) + (heldClasses?.skipped ?? [])
        func parts(_ data: ClassFolders) -> [RunSplit.Part] {
            data.classes.map { .init(name: $0.name, images: $0.images.count) }
        }
        split = RunSplit(
            training: parts(training.data), validation: heldClasses.map { parts($0.data) } ?? [],
            test: parts(classes.test))
    }

    /// Data too small is told before anything is written.
    private static func check(_ maker: BatchMaker, _ configuration: TrainingConfiguration) throws(TrainingError) {
        switch configuration.objective {
        case .episodes(let task, let head):
            _ = try EpisodicObjective(maker, task: task, head: head, branches: configuration.branches)
        case .classes:
            guard maker.store.sizes.count(where: { $0 > 0 }) >= 2 else {
                throw TrainingError(.badInput, "a classifier needs two classes with pictures at least")
            }
        case .transfer: throw TrainingError(.badInput, "transfer training is not there yet")
        }
    }

    /// The training classes' pictures that train, and those kept from training; nil where none are.
    private static func images(_ data: ClassFolders, _ configuration: TrainingConfiguration) throws(TrainingError) -> (
        training: ClassFolders, held: ClassFolders?
    ) {
        let share = configuration.data.heldImages
        guard share > 0 else { return (data, nil) }
        let sources: ImageSources
        do { sources = try configuration.data.sources.map { try ImageSources(path: $0) } ?? .none } catch {
            throw TrainingError(.badInput, "\(error)")
        }
        let parts = ImageSplit(data, shares: [1 - share, share], sources: sources, seed: configuration.seed).parts
        return (parts[0], parts[1])
    }

    private static func classes(_ configuration: TrainingConfiguration) throws(DataSetError) -> ClassSplit {
        let data = try ClassFolders(paths: configuration.data.training)
        if let split = configuration.data.split {
            return try ClassSplit(
                data, training: split[0], validation: split[1], test: split[2], seed: configuration.seed)
        }
        if configuration.data.validation.isEmpty { return try ClassSplit(data, validation: ClassFolders(classes: [])) }
        return try ClassSplit(data, validation: try ClassFolders(paths: configuration.data.validation))
    }

    /// The tensors to start from: a file's (a model, plain weights or a checkpoint: what is beside the network is left out), or random.
    /// - Throws: ``TrainingError`` when the file cannot be read or is of another architecture.
    func startingWeights() throws(TrainingError) -> [String: Tensor] {
        guard let path = configuration.weights else {
            var stream = SplitMix64(seed: configuration.seed, RandomStream.weights)
            return graph.initialWeights(seed: stream.next())
        }
        do throws(NetworkError) {
            let file = try Safetensors(contentsOf: path)
            if let other = file.metadata["architecture"], other != configuration.architecture {
                throw NetworkError(.extraTensor, "the file holds \(other), not \(configuration.architecture)")
            }
            let beside = ["readout.", "optimiser."]
            return try graph.checkedWeights(
                file.tensors.filter { tensor in !beside.contains { tensor.key.hasPrefix($0) } })
        } catch { throw TrainingError(error.code == .inputOutput ? .notFound : .badInput, "\(path): \(error.message)") }
    }

    func start(_ run: String, epoch: Int, step: Int) -> TrainingEvent.Start {
        TrainingEvent.Start(
            kind: configuration.kind, run: run, epochs: configuration.epochs, steps: configuration.steps, epoch: epoch,
            step: step, trainingClasses: split.training.count,
            trainingImages: split.training.reduce(0) { $0 + $1.images }, validationClasses: split.validation.count,
            validationImages: nil, testImages: nil, fineTune: nil, skipped: skipped)
    }

    /// What the picture of the curves is called.
    var title: String {
        let name = "\(configuration.architecture), \(configuration.inputSize) px"
        return switch configuration.objective {
        case .episodes(let task, _): "\(name), meta-training \(task.way)-way \(task.shot)-shot \(task.query)-query"
        case .classes: "\(name), classical training on \(split.training.count) classes"
        case .transfer(let settings):
            "\(name), transfer to \(split.training.count) classes, fine-tuning \(settings.fineTune)"
        }
    }

    /// What the validation asks.
    var validationTitle: String {
        configuration.validation.map { "\($0.way)-way \($0.shot)-shot" } ?? ""
    }
}
