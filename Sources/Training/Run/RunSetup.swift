import Backbones
import Detection
import Embedding
import FewShot
import Foundation
import NeuralNetwork

/// The parts of a run, read and checked before it begins.
struct RunSetup {
    let backbone: Backbone
    let graph: Graph
    /// nil for a detector, whose objective makes its own pictures.
    private let classMaker: BatchMaker?
    /// nil if no class is held out.
    let validation: FewShotValidation?
    /// nil if no picture of a training class is held out.
    let held: HeldOutImages?
    /// The teacher of a classical training; nil without one.
    let teacher: Teacher?
    /// The three parts of a transfer training's pictures; nil for other runs.
    let transfer: TransferPictures?
    /// The pictures of a detector's training; nil for other runs.
    let detection: DetectionPictures?
    /// Steps in an epoch.
    let steps: Int
    let split: RunSplit
    private let skipped: [String]
    private let configuration: TrainingConfiguration

    /// Makes the batches of the training classes.
    /// - Precondition: the run is no detector's.
    var maker: BatchMaker {
        guard let classMaker else { preconditionFailure("a detector's run has no classes") }
        return classMaker
    }

    /// The taps whose maps the network gives; nil for a network that gives features.
    var mapTaps: [String]? { detection == nil ? nil : backbone.defaultTaps }

    /// The network for inference, with these weights.
    func inferencePlan(_ weights: [String: Tensor]) throws(TrainingError) -> InferencePlan {
        do {
            return try InferencePlan(
                graph, weights: weights, taps: [backbone.outputTap], threads: configuration.threads)
        } catch { throw TrainingError(error) }
    }

    /// Batches that all ranks take in an epoch.
    var batches: Int { steps * configuration.rankCount }

    /// Makes batches of a store's pictures without augmentation.
    func plainMaker(_ store: PictureStore) -> BatchMaker {
        BatchMaker(store: store, augmentation: .none, evaluation: maker.evaluation, seed: maker.seed)
    }

    /// The files that the training depends on, under the name of their class.
    var trainingFiles: [(name: String, files: [String])] {
        guard let detection else { return maker.store.data.classes.map { ($0.name, $0.images) } }
        let pictures = detection.trainingPictures
        let boxes = configuration.data.training.flatMap { folder in
            [FacePictures.boxesFile, FacePictures.ignoredFile].map { "\(folder)/\($0)" }
        }
        let crops = detection.crops?.data.classes.map { ($0.name, $0.images) } ?? []
        return [("pictures", pictures + boxes.filter { FileManager.default.fileExists(atPath: $0) })] + crops
    }

    /// The width of the features.
    var width: Int { graph.taps.last.map { graph.nodes[$0.node].shape.channels } ?? 0 }

    /// - Parameters:
    ///   - backbone: nil takes the catalog's.
    ///   - progress: called with the number of pictures read and their total.
    /// - Throws: ``TrainingError`` that names what does not fit.
    init(
        _ configuration: TrainingConfiguration, backbone: Backbone?, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(TrainingError) {
        self.configuration = configuration
        do throws(NetworkError) {
            if let backbone {
                self.backbone = backbone
            } else if configuration.kind == .detection {
                self.backbone = FaceDetectorNetwork.backbone
            } else {
                self.backbone = try Catalogue.backbone(configuration.architecture)
            }
        } catch { throw TrainingError(error) }
        let backbone = self.backbone
        graph = backbone.graph(configuration.inputSize)
        let transform = EvaluationTransform(
            kind: .resize, size: configuration.inputSize, normalization: backbone.normalization)
        if case .detection(let settings) = configuration.objective {
            let pictures = try DetectionPictures(configuration, settings, progress)
            detection = pictures
            (classMaker, validation, held, teacher, transfer) = (nil, nil, nil, nil, nil)
            (steps, split, skipped) = (configuration.steps, pictures.split, pictures.skipped)
            return
        }
        detection = nil
        if case .transfer(let settings) = configuration.objective {
            let pictures = try TransferPictures(configuration, settings, progress)
            classMaker = BatchMaker(
                store: pictures.training, augmentation: settings.augmentation.map { .keras($0) } ?? .none,
                evaluation: transform, seed: configuration.seed)
            (validation, held, teacher, transfer) = (nil, nil, nil, pictures)
            steps = max(1, pictures.training.data.imageCount / (settings.batch * configuration.rankCount))
            (split, skipped) = (pictures.split, pictures.skipped)
            return
        }
        (transfer, steps) = (nil, configuration.steps)
        let classes: ClassSplit
        do throws(DataSetError) { classes = try Self.classes(configuration) } catch { throw TrainingError(error) }
        let images = try Self.images(classes.training, configuration)
        let counter = ReadCounter(classes.training.imageCount + classes.validation.imageCount, progress)
        let training = try counter.read(images.training, configuration)
        let maker = BatchMaker(
            store: training, augmentation: configuration.transform.map { .torchvision($0) } ?? .none,
            evaluation: transform, seed: configuration.seed)
        classMaker = maker
        try Self.check(maker, configuration)
        if case .classes(let settings) = configuration.objective, let named = settings.teacher {
            teacher = try Teacher(
                path: named.path, identity: named.identity, store: training, threads: configuration.threads)
        } else {
            teacher = nil
        }
        let heldImages = try images.held.map { data throws(TrainingError) in try counter.read(data, configuration) }
        held = try heldImages.map { store throws(TrainingError) in try HeldOutImages(store, transform: transform) }
        let heldClasses =
            classes.validation.classes.isEmpty ? nil : try counter.read(classes.validation, configuration)
        if let heldClasses, let task = configuration.validation {
            validation = try FewShotValidation(
                heldClasses, task: task, tasks: configuration.validationTasks, seed: configuration.seed,
                isUnitLength: configuration.kind == .pretraining, transform: transform)
        } else {
            validation = nil
        }
        skipped = training.skipped + (heldImages?.skipped ?? []) + (heldClasses?.skipped ?? [])
        split = RunSplit(
            training: RunSplit.parts(training.data), validation: heldClasses.map { RunSplit.parts($0.data) } ?? [],
            test: RunSplit.parts(classes.test))
    }

    /// Fails for data that is too small, before anything is written.
    private static func check(_ maker: BatchMaker, _ configuration: TrainingConfiguration) throws(TrainingError) {
        switch configuration.objective {
        case .episodes(let task, let head):
            _ = try EpisodicObjective(maker, task: task, head: head, branches: configuration.branches)
        case .classes:
            guard maker.store.sizes.count(where: { $0 > 0 }) >= 2 else {
                throw TrainingError(.badInput, "a classifier needs at least two classes with pictures")
            }
        case .transfer, .detection: break  // their pictures have checked it
        }
    }

    /// The training classes' pictures that train, and those that are held out; nil if none are.
    private static func images(_ data: ClassFolders, _ configuration: TrainingConfiguration) throws(TrainingError) -> (
        training: ClassFolders, held: ClassFolders?
    ) {
        let share = configuration.data.heldImages
        guard share > 0 else { return (data, nil) }
        let sources = try configuration.data.imageSources()
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

    /// The event that opens the run.
    /// - Parameter state: where a resumed run continues; nil for a new one.
    func start(_ run: String, _ state: TrainingState?) -> TrainingEvent.Start {
        func images(_ parts: [RunSplit.Part]) -> Int { parts.reduce(0) { $0 + $1.images } }
        var fineTune: String?
        if case .transfer(let settings) = configuration.objective { fineTune = settings.fineTune.description }
        return TrainingEvent.Start(
            kind: configuration.kind, run: run, epochs: configuration.epochs, steps: steps, epoch: state?.epoch ?? 0,
            step: state?.step ?? 0, trainingClasses: split.training.count, trainingImages: images(split.training),
            validationClasses: transfer == nil && detection == nil ? split.validation.count : 0,
            validationImages: transfer == nil && detection == nil ? nil : images(split.validation),
            testImages: transfer.map { _ in images(split.test) }, fineTune: fineTune, skipped: skipped)
    }

    /// The title of the learning curves.
    var title: String {
        let name = "\(configuration.architecture), \(configuration.inputSize) px"
        return switch configuration.objective {
        case .episodes(let task, _): "\(name), meta-training \(task.way)-way \(task.shot)-shot \(task.query)-query"
        case .classes: "\(name), classical training on \(split.training.count) classes"
        case .transfer(let settings):
            "\(name), transfer to \(split.training.count) classes, fine-tuning \(settings.fineTune)"
        case .detection: name
        }
    }

    /// What the validation measures, for the learning curves.
    var validationTitle: String {
        if let detection { return "F1 on \(detection.validation.count) pictures" }
        if let transfer { return "\(transfer.validation.data.imageCount) pictures" }
        return configuration.validation.map { "\($0.way)-way \($0.shot)-shot" } ?? ""
    }
}
