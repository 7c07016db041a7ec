import FewShot
import NeuralNetwork

/// Classical training: a classifier over the training classes, with cross-entropy, and the targets of a teacher if there is one.
///
/// `@unchecked Sendable` is sound: only `gradients` changes the classifier, and the run calls it from one task at a time.
final class ClassificationObjective: Objective, @unchecked Sendable {
    struct Batch: Sendable {
        let pixels: [Float]
        let labels: [Int]
        /// The teacher's embeddings, N × E; empty without one.
        let targets: [Float]
    }

    private let maker: BatchMaker
    private let settings: PretrainingSettings
    private let branches: BranchDropping
    private let batches: EpochBatches
    private let training: ClassifierTraining
    private let teacher: Teacher?
    private let imitation: Imitation?

    /// - Parameters:
    ///   - width: the width of the network's features.
    ///   - batches: those of all ranks in an epoch.
    ///   - teacher: the teacher that the settings name.
    ///   - saved: the classifier's tensors from a checkpoint; nil begins with random ones.
    /// - Throws: ``TrainingError`` if the saved tensors do not fit.
    init(
        _ maker: BatchMaker, _ settings: PretrainingSettings, branches: BranchDropping, width: Int, batches count: Int,
        teacher: Teacher? = nil, saved: [String: Tensor]?
    ) throws(TrainingError) {
        let classes = maker.store.sizes.count
        (self.maker, self.settings, self.branches) = (maker, settings, branches)
        let order = EpochOrder(
            sizes: maker.store.sizes, balance: settings.balance, count: count * settings.batch, seed: maker.seed)
        batches = EpochBatches(order, batch: settings.batch)
        let name = String(Checkpoint.classifierPrefix.dropLast())
        let weight = try Tensor.layer(
            "\(name).weight", classes, width, saved: saved, seed: maker.seed,
            misfit: "the checkpoint's classifier does not fit \(classes) classes of width \(width)")
        let classifier: any Classifier
        do throws(NetworkError) {
            switch settings.classifier {
            case .linear:
                classifier = try Linear(name, weight: weight, bias: saved?["\(name).bias"] ?? .zeros(classes))
            case .cosine(let scale, let margin):
                classifier = CosineClassifier(name, weight: weight, scale: scale, margin: margin)
            }
        } catch { throw TrainingError(error) }
        training = ClassifierTraining(
            classifier: classifier, loss: CrossEntropy(labelSmoothing: settings.labelSmoothing),
            dropout: settings.dropout, seed: maker.seed)
        self.teacher = teacher
        if let teacher, let weight = settings.teacher?.weight {
            imitation = try Imitation(
                features: width, embeddings: teacher.width, weight: weight, seed: maker.seed, saved: saved)
        } else {
            imitation = nil
        }
    }

    func batch(epoch: Int, step: Int) throws(TrainingError) -> Batch {
        let pictures = batches.pictures(epoch: epoch, step: step)
        return Batch(
            pixels: try maker.pixels(pictures, epoch: epoch, step: step), labels: pictures.map(\.label),
            targets: teacher?.targets(pictures) ?? [])
    }

    func gradients(_ batch: Batch, _ plan: TrainingPlan, epoch: Int, step: Int) throws(NetworkError) -> StepResult {
        let pass = try branches.forward(batch.pixels, plan, epoch: epoch, step: step)
        var (result, gradient) = training.gradients(pass.features, labels: batch.labels, epoch: epoch, step: step)
        if let imitation {
            let (loss, ofTeacher) = imitation.gradients(pass.features, targets: batch.targets)
            result.loss += loss
            for index in gradient.indices { gradient[index] += ofTeacher[index] }
        }
        try plan.backward(pass, gradient: gradient)
        return result
    }

    func correct(_ features: [Float], labels: [Int]) -> Int? {
        // Without labels the classifier subtracts no margin.
        training.loss(training.classifier.forward(features, labels: []), labels: labels).correct
    }

    var classifierParameters: [Parameter] {
        training.classifier.trainableParameters + (imitation?.parameters ?? [])
    }
}
