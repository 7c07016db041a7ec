import Backbones
import Detection
import Imaging
import NeuralNetwork
import Randomness
import Statistics

/// Trains a face detector on pictures that ``SceneMaker`` makes.
struct DetectionObjective: Objective {
    struct Batch: Sendable {
        let pixels: [Float]
        let targets: [CenterTargets]
    }

    private let maker: SceneMaker
    private let settings: DetectionSettings
    private let seed: UInt64
    private let threads: Int

    init(_ pictures: DetectionPictures, _ settings: DetectionSettings, _ configuration: TrainingConfiguration) {
        maker = SceneMaker(pictures: pictures, settings: settings, size: configuration.inputSize)
        (self.settings, seed, threads) = (settings, configuration.seed, configuration.threads)
    }

    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch {
        let (maker, seed) = (maker, seed)
        let scenes = try concurrentTryMap(settings.batch) { place throws(TrainingError) in
            var random = SplitMix64(
                seed: seed, RandomStream.augmentation, UInt64(epoch), UInt64(step), UInt64(place))
            return try maker.scene(using: &random)
        }
        return Batch(
            pixels: DetectorInput.values(of: scenes.map(\.image)),
            targets: scenes.map { CenterTargets($0, size: maker.size) })
    }

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) throws(NetworkError) -> StepResult {
        let pass = try plan.forward(batch.pixels)
        let result = DetectionLoss.evaluate(pass.maps, batch.targets, boxWeight: settings.boxWeight)
        try plan.backward(pass, maps: result.gradients)
        return StepResult(loss: result.loss, correct: result.correct, asked: result.faces)
    }

    /// Finds the faces of the validation pictures, as the finished detector would, at the threshold that suits them best.
    func validate(_ setup: RunSetup, _ weights: () -> [String: Tensor]) async throws(TrainingError) -> ValidationResult
    {
        let detector = FaceDetector(
            model: DetectorModel(
                weights: weights(), longSide: settings.longSide, threshold: DetectorModel.defaultThreshold),
            threads: threads)
        let group = maker.pictures.validation
        var pictures: [DetectionScores.Picture] = []
        for (index, entry) in group.entries.enumerated() {
            pictures.append(detector.measure(entry, try group.picture(index)))
        }
        let scores = DetectionScores(pictures, threshold: DetectionScores.bestThreshold(pictures))
        return ValidationResult(
            accuracy: scores.f1, falseBoxes: scores.falseBoxes?.mean ?? 0, threshold: scores.threshold)
    }

    func isTrainable(_ parameter: String) -> Bool {
        !FaceDetectorNetwork.isInFirstStages(parameter, settings.frozenStages)
    }

    func correct(_ features: [Float], labels: [Int]) -> Int? { nil }

    var classifierParameters: [Parameter] { [] }
}
