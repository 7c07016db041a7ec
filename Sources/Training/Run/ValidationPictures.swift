import Embedding
import FewShot
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Few-shot accuracy on classes that do not train, with the network's running statistics.
struct FewShotValidation: Sendable {
    private let task: TrainingConfiguration.Task
    private let tasks: Int
    private let seed: UInt64
    private let isUnitLength: Bool
    private let transform: EvaluationTransform
    /// For each class, its pictures at the input size.
    private let pictures: [[Image]]

    /// - Parameter isUnitLength: compare features of length 1, for networks trained with a classifier.
    /// - Throws: ``TrainingError`` if the classes are too few or too small for such tasks.
    init(
        _ store: PictureStore, task: TrainingConfiguration.Task, tasks: Int, seed: UInt64, isUnitLength: Bool,
        transform: EvaluationTransform
    ) throws(TrainingError) {
        do {
            _ = try EpisodeSampler(classes: store.data, way: task.way, shot: task.shot, query: task.query, seed: seed)
        } catch { throw TrainingError(.badInput, "validation: \(error.message)") }
        (self.task, self.tasks, self.seed) = (task, tasks, seed)
        (self.isUnitLength, self.transform) = (isUnitLength, transform)
        var pictures: [[Image]] = []
        for (label, count) in store.sizes.enumerated() {
            var images: [Image] = []
            for index in 0..<count { images.append(transform.apply(try store.picture(label, index))) }
            pictures.append(images)
        }
        self.pictures = pictures
    }

    /// - Throws: ``TrainingError`` for the reasons that `init` has, and `diverged` if features are not finite.
    func accuracy(_ plan: InferencePlan) async throws(TrainingError) -> Evaluation {
        var embeddings: [[[Float]]] = []
        for images in pictures { embeddings.append(try self.embeddings(images, plan)) }
        do {
            return try await Evaluation.run(
                embeddings, way: task.way, shot: task.shot, query: task.query, tasks: tasks,
                seed: seed)
        } catch { throw TrainingError(error) }
    }

    private func embeddings(_ images: [Image], _ plan: InferencePlan) throws(TrainingError) -> [[Float]] {
        try plan.features(images, transform).map { isUnitLength ? normalized($0) : $0 }
    }
}

/// Pictures of the training classes that do not train, to measure the classifier on.
struct HeldOutImages: Sendable {
    private let pictures: [Image]
    private let labels: [Int]
    private let transform: EvaluationTransform

    /// - Throws: ``TrainingError`` if a picture can no longer be read.
    init(_ store: PictureStore, transform: EvaluationTransform) throws(TrainingError) {
        var pictures: [Image] = []
        for place in store.places { pictures.append(transform.apply(try store.picture(place.label, place.image))) }
        (self.pictures, labels, self.transform) = (pictures, store.labels, transform)
    }

    /// The share of the pictures that the objective's classifier gets right; nil if it has no classifier.
    /// - Throws: ``TrainingError`` with `diverged` if features are not finite.
    func accuracy(_ plan: InferencePlan, _ objective: some Objective) throws(TrainingError) -> Double? {
        guard !pictures.isEmpty else { return nil }
        return objective.correct(try plan.features(pictures, transform).flatMap(\.self), labels: labels)
            .map { Double($0) / Double(labels.count) }
    }
}

extension InferencePlan {
    /// The features of each picture at the plan's only tap.
    /// - Throws: ``TrainingError`` with `diverged` if a feature is not finite: such features have no distances.
    fileprivate func features(
        _ images: [Image], _ transform: EvaluationTransform
    ) throws(TrainingError) -> [[Float]] {
        let (batch, width) = (64, widths[0])
        let features = stride(from: 0, to: images.count, by: batch).flatMap { start in
            let part = images[start..<min(start + batch, images.count)]
            let features = run(transform.normalized(part))[0]
            return part.indices.map { Array(features[($0 - start) * width..<($0 - start + 1) * width]) }
        }
        guard features.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw .diverged("the network's features of the validation pictures are not finite", in: .pretraining)
        }
        return features
    }
}
