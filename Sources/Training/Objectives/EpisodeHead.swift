import FewShot
import NeuralNetwork

/// The head in an episode's loss. Heads that invert or decompose matrices of the episode are not among them: their gradients are
/// unstable, and at test time they work on any backbone's features.
public enum EpisodeHead: Sendable, Codable, Equatable {
    /// The nearest mean, as in the paper.
    case mean
    /// The nearest mean without each class's outlier, as in ``FewShot/TrimmedMeanHead``.
    case trimmedMean
    /// The nearest mean of features that are centered on the mean of the episode's supports and scaled to length `scale`, as in
    /// ``FewShot/CL2NHead``. Gradients treat the center as a constant.
    case cl2n(scale: Double)

    /// The prototypical loss of an episode with this head, and the features' gradients.
    /// - Parameters:
    ///   - support: way · shot rows of features, class after class.
    ///   - query: way · query rows, class after class.
    func loss(support: [Float], query: [Float], task: TrainingConfiguration.Task) -> PrototypicalLoss.Result {
        let supportLabels = (0..<task.way * task.shot).map { $0 / task.shot }
        let queryLabels = (0..<task.way * task.query).map { $0 / task.query }
        switch self {
        case .mean:
            return PrototypicalLoss.evaluate(
                support: support, supportLabels: supportLabels, query: query, queryLabels: queryLabels)
        case .trimmedMean:
            return PrototypicalLoss.evaluate(
                support: support, supportLabels: supportLabels, query: query, queryLabels: queryLabels,
                counted: counted(support, task))
        case .cl2n(let scale):
            let width = support.count / supportLabels.count
            let rows = stride(from: 0, to: support.count, by: width).map { Array(support[$0..<$0 + width]) }
            let center = MeanHead(support: [rows]).prototypes[0]
            func unit(_ features: [Float]) -> UnitRows {
                UnitRows(features.indices.map { features[$0] - center[$0 % width] }, width: width)
            }
            let (supports, queries) = (unit(support), unit(query))
            let loss = PrototypicalLoss.evaluate(
                support: supports.values.map { $0 * Float(scale) }, supportLabels: supportLabels,
                query: queries.values.map { $0 * Float(scale) }, queryLabels: queryLabels)
            return PrototypicalLoss.Result(
                loss: loss.loss, supportGradient: supports.gradient(loss.supportGradient.map { $0 * Float(scale) }),
                queryGradient: queries.gradient(loss.queryGradient.map { $0 * Float(scale) }), correct: loss.correct)
        }
    }

    /// For each support, whether its class's mean counts it.
    private func counted(_ support: [Float], _ task: TrainingConfiguration.Task) -> [Bool] {
        let width = support.count / (task.way * task.shot)
        return (0..<task.way).flatMap { label in
            let rows = (0..<task.shot).map { shot in
                let start = (label * task.shot + shot) * width
                return Array(support[start..<start + width])
            }
            let outlier = TrimmedMeanHead.outlier(rows, mean: MeanHead(support: [rows]).prototypes[0])
            return rows.indices.map { $0 != outlier }
        }
    }
}
