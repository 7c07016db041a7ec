import Backbones
import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import Timing

/// Ends a transfer training: measures the best epoch's classifier on every part, calibrates it, and writes it with its result.
struct TransferResultWriter {
    let configuration: TrainingConfiguration
    let settings: TransferSettings
    let setup: RunSetup
    let pictures: TransferPictures
    let folder: RunFolder

    /// The share of the validation pictures that the radius takes in.
    private static let known = 0.95
    /// How long the inference is timed, for each size of batch.
    private static let timingSeconds = 0.5

    /// - Parameters:
    ///   - network: the best epoch's tensors.
    ///   - frozen: the features of a frozen network; nil if the network trained.
    ///   - tick: see ``FrozenFeatures``.
    /// - Throws: ``TrainingError`` with `storage`, or what `tick` throws.
    func write(
        _ state: TrainingState, network: [String: Tensor], classifier: [String: Tensor], frozen: FrozenFeatures?,
        tick: (Int, _ of: Int) throws(TrainingError) -> Void
    ) throws(TrainingError) -> TransferResult {
        let classes = setup.split.training.map(\.name)
        let plan: InferencePlan
        let dense: Linear
        do throws(NetworkError) {
            plan = try InferencePlan(
                setup.graph, weights: network, taps: [setup.backbone.outputTap], threads: configuration.threads)
            dense = try TransferObjective.dense(classifier, classes: classes.count, width: setup.width)
        } catch { throw TrainingError(error) }
        let features =
            if let frozen { [frozen.training, frozen.validation, frozen.test] } else { try made(by: plan, tick) }
        let stores = [pictures.training, pictures.validation, pictures.test]
        let answers = zip(stores, features).map { ClassifierAnswers(dense, $1, labels: $0.labels) }
        for (part, answers) in zip(["training", "validation", "test"], answers)
        where !answers.logits.allSatisfy(\.isFinite) {
            throw .diverged("the best epoch's answers to the \(part) pictures are not finite", in: configuration.kind)
        }
        let temperature = answers[1].temperature
        let means = ClassifierMeans(features[0], labels: answers[0].labels, classes: classes.count)
        let radius = means.quantile(Self.known, of: features[1], labels: answers[1].labels)
        let best = state.best?.epoch ?? state.epoch
        var tensors = classifier
        tensors["\(Checkpoint.classifierPrefix)means"] = Tensor(
            shape: [classes.count, setup.width], values: means.values)
        let test = answers[2].score
        let file: Data
        do {
            file = try TrainedClassifier.file(
                setup.backbone, weights: network, inputSize: configuration.inputSize, classifier: tensors,
                classes: classes, temperature: Float(temperature), radius: radius > 0 ? radius : nil,
                notes: [
                    "training":
                        "\(configuration.kind.rawValue), fine-tune \(settings.fineTune), epoch \(best) of \(state.epoch), seed \(configuration.seed), test accuracy \(test.top1.mean)"
                ])
        } catch { throw TrainingError.diverged(error.message, in: configuration.kind) }
        try folder.write(file, to: .model)
        let (parameters, trainable) = try counts(classes: classes.count)
        let result = TransferResult(
            architecture: configuration.architecture, inputSize: configuration.inputSize,
            start: state.origin ?? "random", fineTune: settings.fineTune.description, batch: settings.batch,
            dropout: settings.dropout, seed: configuration.seed, epochs: state.epoch, bestEpoch: best,
            stoppedEarly: state.stoppedEarly ?? false, classes: classes, parameters: parameters,
            trainableParameters: trainable, training: answers[0].score, validation: answers[1].score, test: test,
            inference: inference(plan, dense), temperature: temperature, radius: radius > 0 ? Double(radius) : nil,
            calibrationError: answers[2].calibrationError(temperature),
            seconds: (state.secondsBefore ?? 0) + state.history.reduce(0) { $0 + $1.seconds },
            history: state.history.map(TransferEpoch.init),
            predictions: answers[2].predictions(
                pictures.test.data.classes.flatMap(\.images), temperature: temperature))
        try folder.write(json: result, to: .result)
        return result
    }

    /// The features of all pictures without augmentation, one array for each part.
    private func made(by plan: InferencePlan, _ tick: (Int, _ of: Int) throws(TrainingError) -> Void)
        throws(TrainingError) -> [[Float]]
    {
        let stores = [pictures.training, pictures.validation, pictures.test]
        let total = stores.reduce(0) { $0 + $1.data.imageCount }
        var features: [[Float]] = []
        for store in stores {
            features.append(
                try FeatureExtractor(plan: plan).features(setup.plainMaker(store)) { done throws(TrainingError) in
                    try tick(done, total)
                })
        }
        return features
    }

    private func counts(classes: Int) throws(TrainingError) -> (all: Int, trainable: Int) {
        let trainable = try settings.fineTune.trainable(setup.graph, architecture: configuration.architecture)
        let description: NetworkDescription
        do {
            description = try NetworkDescription(setup.backbone, inputSize: configuration.inputSize, classes: classes)
        } catch { throw TrainingError(error) }
        return (
            description.parameters,
            setup.graph.count(of: trainable) + denseParameterCount(classes: classes, width: setup.width)
        )
    }

    private func inference(_ plan: InferencePlan, _ dense: Linear) -> TransferResult.Inference {
        func milliseconds(_ batch: Int) -> Double {
            let images = (0..<batch * plan.input.count).map { Float($0 % 251) / 125 - 1 }
            return Stopwatch.medianMilliseconds(seconds: Self.timingSeconds) {
                _ = dense.forward(plan.run(images)[0])
            }
        }
        return .init(batch1: milliseconds(1), batch32: milliseconds(32), threads: configuration.threads)
    }
}

extension TransferEpoch {
    fileprivate init(_ record: EpochRecord) {
        self.init(
            epoch: record.epoch, loss: record.loss, accuracy: record.accuracy,
            validationLoss: record.validationLoss ?? 0, validationAccuracy: record.validationAccuracy ?? 0,
            learningRate: record.learningRate, seconds: record.seconds)
    }
}

extension TransferSummary {
    init(_ result: TransferResult, path: String) {
        self.init(
            result: path, fineTune: result.fineTune, training: result.training, validation: result.validation,
            test: result.test, inference: result.inference, parameters: result.parameters,
            trainableParameters: result.trainableParameters, epochs: result.epochs, stoppedEarly: result.stoppedEarly)
    }
}
