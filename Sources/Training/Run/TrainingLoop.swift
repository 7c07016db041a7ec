import Backbones
import FewShot
import Foundation
import NeuralNetwork

/// The loop's state and one turn of it: a step, or an epoch's end.
final class TrainingLoop<O: Objective> {
    private(set) var state: TrainingState
    private let configuration: TrainingConfiguration
    private let setup: RunSetup
    private let objective: O
    private let plan: TrainingPlan
    private var optimiser: SGD
    private var batches: Prefetcher<O.Batch>?

    /// Batches that lie ready beside the one that is worked with.
    private static var depth: Int { 2 }

    /// - Parameter checkpoint: where to go on; nil begins anew.
    /// - Throws: ``TrainingError``.
    init(_ configuration: TrainingConfiguration, _ setup: RunSetup, _ objective: O, _ checkpoint: Checkpoint?)
        throws(TrainingError)
    {
        (self.configuration, self.setup, self.objective) = (configuration, setup, objective)
        let descent = configuration.descent
        optimiser = SGD(
            learningRate: descent.learningRate, momentum: descent.momentum, weightDecay: descent.weightDecay,
            nesterov: descent.nesterov)
        if let checkpoint {
            state = checkpoint.state
            optimiser.velocities = checkpoint.velocities
        } else {
            state = TrainingState(learningRate: descent.learningRate)
            if case .byValidation(let plateau) = configuration.schedule { state.plateau = plateau }
        }
        let weights = if let checkpoint { checkpoint.weights } else { try setup.startingWeights() }
        do {
            plan = try TrainingPlan(setup.graph, weights: weights, threads: configuration.threads)
        } catch { throw TrainingError(error) }
    }

    /// Begins to make the batches of the epoch that the state is in.
    func beginEpoch() {
        let (epoch, objective) = (state.epoch, objective)
        batches = Prefetcher(state.step..<configuration.steps, depth: Self.depth) { step throws(TrainingError) in
            try objective.batch(epoch: epoch, step: step)
        }
    }

    func endEpoch() {
        batches?.stop()
        batches = nil
    }

    /// - Throws: ``TrainingError`` with `diverged` when the loss is no number; the step is not taken then.
    func step() throws(TrainingError) {
        guard let batches else { preconditionFailure("an epoch begins with beginEpoch()") }
        let clock = ContinuousClock()
        let start = clock.now
        let batch = try batches.next()
        let begun = clock.now
        plan.clearGradients()
        for parameter in objective.classifierParameters { parameter.clearGradient() }
        let result = objective.gradients(batch, plan, epoch: state.epoch, step: state.step)
        guard result.loss.isFinite else {
            throw TrainingError(
                .diverged,
                "the loss is \(result.loss) in epoch \(state.epoch + 1), step \(state.step + 1): a lower --learning-rate or a longer --warm-up may help"
            )
        }
        state.learningRate = configuration.rate(epoch: state.epoch, step: state.step, current: state.learningRate)
        optimiser.learningRate = state.learningRate
        optimiser.step(plan.trainableParameters + objective.classifierParameters)
        state.step += 1
        state.loss += result.loss
        state.correct += result.correct
        state.asked += result.asked
        state.secondsWaiting += (begun - start).seconds
        state.seconds += (clock.now - start).seconds
    }

    /// Validates, and takes the state to the next epoch.
    func finishEpoch() async throws(TrainingError) -> EpochRecord {
        var evaluation: Evaluation?
        var held: Double?
        if setup.validation != nil || setup.held != nil {
            let inference = try inferencePlan()
            evaluation = try await setup.validation?.accuracy(inference)
            held = setup.held?.accuracy(inference, objective)
        }
        let record = EpochRecord(
            epoch: state.epoch + 1, loss: state.loss / Double(configuration.steps),
            accuracy: Double(state.correct) / Double(max(state.asked, 1)), validationAccuracy: evaluation?.accuracy,
            validationInterval: evaluation.map { [$0.interval.lowerBound, $0.interval.upperBound] },
            validationLoss: nil,
            heldAccuracy: held, learningRate: state.learningRate, seconds: state.seconds,
            secondsWaiting: state.secondsWaiting,
            isBest: state.isBest(evaluation?.accuracy))
        state.finishEpoch(record)
        if let accuracy = evaluation?.accuracy, var plateau = state.plateau {
            state.learningRate = plateau.rate(after: 1 - accuracy, current: state.learningRate)
            state.plateau = plateau
        }
        return record
    }

    /// The network as it stands, with its running statistics.
    private func inferencePlan() throws(TrainingError) -> InferencePlan {
        do {
            return try InferencePlan(
                setup.graph, weights: plan.weights, taps: [setup.backbone.outputTap], threads: configuration.threads)
        } catch { throw TrainingError(error) }
    }

    var progress: TrainingEvent.Progress {
        let speed = state.seconds > 0 ? Double(state.step) / state.seconds : 0
        let left = (configuration.epochs - state.epoch) * configuration.steps - state.step
        return TrainingEvent.Progress(
            epoch: state.epoch + 1, epochs: configuration.epochs, step: state.step, steps: configuration.steps,
            loss: state.loss / Double(max(state.step, 1)),
            accuracy: Double(state.correct) / Double(max(state.asked, 1)),
            learningRate: state.learningRate, stepsPerSecond: speed,
            secondsLeft: speed > 0 ? Double(left) / speed : 0)
    }

    /// Everything, as of now.
    var checkpoint: Checkpoint {
        var classifier: [String: Tensor] = [:]
        for parameter in objective.classifierParameters { classifier[parameter.name] = parameter.tensor }
        return Checkpoint(
            architecture: configuration.architecture, weights: plan.weights, classifier: classifier,
            velocities: optimiser.velocities, state: state)
    }
}
