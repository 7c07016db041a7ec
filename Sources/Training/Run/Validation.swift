import Embedding
import FewShot
import Imaging
import NeuralNetwork

/// Few-shot accuracy on classes that do not train, with the network's running statistics.
struct Validation: Sendable {
    private let task: TrainingConfiguration.Task
    private let tasks: Int
    private let seed: UInt64
    private let normalized: Bool
    private let transform: EvaluationTransform
    /// For each class, its pictures at the input size.
    private let pictures: [[Image]]

    /// - Parameter normalized: compare features of length 1, for networks trained by a classifier.
    /// - Throws: ``TrainingError`` when the classes cannot give such tasks.
    init(
        _ store: PictureStore, task: TrainingConfiguration.Task, tasks: Int, seed: UInt64, normalized: Bool,
        transform: EvaluationTransform
    ) throws(TrainingError) {
        do {
            _ = try EpisodeSampler(classes: store.data, way: task.way, shot: task.shot, query: task.query, seed: seed)
        } catch { throw TrainingError(.badInput, "validation: \(error.message)") }
        (self.task, self.tasks, self.seed) = (task, tasks, seed)
        (self.normalized, self.transform) = (normalized, transform)
        var pictures: [[Image]] = []
        for (label, count) in store.sizes.enumerated() {
            var images: [Image] = []
            for index in 0..<count { images.append(transform.apply(try store.picture(label, index))) }
            pictures.append(images)
        }
        self.pictures = pictures
    }

    /// - Throws: ``TrainingError`` as `init`.
    func accuracy(_ plan: InferencePlan) async throws(TrainingError) -> Evaluation {
        do {
            return try await Evaluation.run(
                pictures.map { embeddings($0, plan) }, way: task.way, shot: task.shot, query: task.query, tasks: tasks,
                seed: seed)
        } catch { throw TrainingError(error) }
    }

    private func embeddings(_ images: [Image], _ plan: InferencePlan) -> [[Float]] {
        plan.features(images, transform).map { row in
            var vector = row
            if normalized { normalize(&vector, 0..<vector.count) }
            return vector
        }
    }
}

/// Pictures of the training classes that do not train.
struct HeldImages: Sendable {
    private let pictures: [Image]
    private let labels: [Int]
    private let transform: EvaluationTransform

    /// - Throws: ``TrainingError`` when a picture can no longer be read.
    init(_ store: PictureStore, transform: EvaluationTransform) throws(TrainingError) {
        var pictures: [Image] = []
        var labels: [Int] = []
        for (label, count) in store.sizes.enumerated() {
            for index in 0..<count {
                pictures.append(transform.apply(try store.picture(label, index)))
                labels.append(label)
            }
        }
        (self.pictures, self.labels, self.transform) = (pictures, labels, transform)
    }

    /// The share of the pictures that the objective's classifier tells rightly; nil where it has none.
    func accuracy(_ plan: InferencePlan, _ objective: some Objective) -> Double? {
        guard !pictures.isEmpty else { return nil }
        return objective.correct(plan.features(pictures, transform).flatMap(\.self), labels: labels)
            .map { Double($0) / Double(labels.count) }
    }
}

extension InferencePlan {
    /// The features at the plan's only tap, picture by picture.
    fileprivate func features(_ images: [Image], _ transform: EvaluationTransform) -> [[Float]] {
        let (chunk, width) = (64, widths[0])
        return stride(from: 0, to: images.count, by: chunk).flatMap { start in
            let part = images[start..<min(start + chunk, images.count)]
            let features = run(transform.normalized(part))[0]
            return part.indices.map { Array(features[($0 - start) * width..<($0 - start + 1) * width]) }
        }
    }
}
