public import Backbones
public import NeuralNetwork

@testable public import Training

/// The first step of a run on W ranks, as one process takes it: the gradients of W batches added up and divided by W, and plain SGD.
public struct AccumulatedStep {
    /// The network after the step. Its running statistics are the mean of those that each batch alone leaves.
    public private(set) var weights: [String: [Float]] = [:]
    /// The momentum after the step: the mean gradient and the decay.
    public private(set) var velocities: [String: [Float]] = [:]

    /// How far a checkpoint is from the step: for each tensor the largest difference, as a share of the tensor's largest value; the highest
    /// of all, with the tensor's name.
    public func distance(from checkpoint: [String: Tensor]) -> (value: Double, tensor: String) {
        let expected = weights.merging(velocities.map { ("optimiser.\($0)", $1) }) { first, _ in first }
        return expected.map { name, values in
            guard let found = checkpoint[name]?.values, found.count == values.count else { return (.infinity, name) }
            let largest = values.map(abs).max() ?? 0
            let difference = zip(values, found).map { abs($0 - $1) }.max() ?? 0
            return (difference == 0 ? 0 : Double(difference / largest), name)
        }.max { $0.0 < $1.0 } ?? (.infinity, "")
    }

    /// - Parameter configuration: of meta-training or classical training, for W ranks.
    public init(_ configuration: TrainingConfiguration, backbone: Backbone? = nil) throws {
        let setup = try RunSetup(configuration, backbone: backbone) { _, _ in }
        switch configuration.objective {
        case .episodes(let task, let head):
            try add(
                EpisodicObjective(setup.maker, task: task, head: head, branches: configuration.branches),
                configuration, setup)
        case .classes(let settings):
            try add(
                ClassificationObjective(
                    setup.maker, settings, branches: configuration.branches, width: setup.width,
                    batches: configuration.batches, saved: nil), configuration, setup)
        default: preconditionFailure("only two objectives are compared")
        }
    }

    private mutating func add(
        _ objective: some Objective, _ configuration: TrainingConfiguration, _ setup: RunSetup
    ) throws {
        let start = try StartingWeights(configuration, setup.graph).network
        let ranks = configuration.rankCount
        let sums = try TrainingPlan(setup.graph, weights: start, threads: configuration.threads)
        var statistics: [String: [Double]] = [:]
        for rank in 0..<ranks {
            let alone = try TrainingPlan(setup.graph, weights: start, threads: configuration.threads)
            _ = try objective.gradients(try objective.batch(epoch: 0, step: rank), alone, epoch: 0, step: rank)
            for parameter in alone.measuredStatistics {
                let values = parameter.tensor.values.map { Double($0) / Double(ranks) }
                statistics[parameter.name] = zip(statistics[parameter.name] ?? values.map { _ in 0 }, values).map(+)
            }
        }
        for parameter in objective.classifierParameters { parameter.clearGradient() }
        for rank in 0..<ranks {
            _ = try objective.gradients(try objective.batch(epoch: 0, step: rank), sums, epoch: 0, step: rank)
        }
        let rate = configuration.rate(epoch: 0, step: 0, current: configuration.descent.learningRate)
        let decay = configuration.descent.weightDecay
        for parameter in sums.trainableParameters + objective.classifierParameters {
            guard let gradient = parameter.gradientTensor?.values else { continue }
            let value = parameter.tensor.values
            let change = zip(gradient, value).map { Double($0) / Double(ranks) + decay * Double($1) }
            velocities[parameter.name] = change.map { Float($0) }
            weights[parameter.name] = zip(value, change).map { Float(Double($0) - rate * $1) }
        }
        for (name, values) in statistics { weights[name] = values.map { Float($0) } }
    }
}
