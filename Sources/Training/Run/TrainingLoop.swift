import Backbones
import FewShot
import Foundation
import NeuralNetwork
import Timing

/// The loop's state and one turn of it: a step, or an epoch's end.
final class TrainingLoop<O: Objective> {
    private(set) var state: TrainingState
    private let configuration: TrainingConfiguration
    private let setup: RunSetup
    private let objective: O
    /// nil where the network is not frozen.
    private let frozen: String?
    private let plan: TrainingPlan
    private var optimiser: SGD
    private var batches: Prefetcher<O.Batch>?

    /// Batches that lie ready beside the one that is worked with.
    private static var depth: Int { 2 }

    /// - Parameters:
    ///   - checkpoint: where to go on; nil begins anew.
    ///   - start: needed to begin anew, and where the network is frozen.
    /// - Throws: ``TrainingError``.
    init(
        _ configuration: TrainingConfiguration, _ setup: RunSetup, _ objective: O, _ checkpoint: Checkpoint?,
        _ start: StartingWeights?
    ) throws(TrainingError) {
        (self.configuration, self.setup, self.objective) = (configuration, setup, objective)
        frozen = objective.isNetworkFrozen ? start?.identity : nil
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
            if case .byValidationLoss(let plateau, _) = configuration.schedule { state.lossPlateau = plateau }
            if case .transfer(let settings) = configuration.objective {
                state.patience = LossProgress(patience: settings.patience)
            }
            state.origin = start?.origin
        }
        do {
            plan = try TrainingPlan(
                setup.graph, weights: start?.network ?? checkpoint?.weights ?? [:], threads: configuration.threads,
                isTrainable: objective.isTrainable)
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
            throw diverged("the loss is \(result.loss) in epoch \(state.epoch + 1), step \(state.step + 1)")
        }
        optimiser.learningRate = rate(state.step)
        optimiser.step(plan.trainableParameters + objective.classifierParameters)
        state.step += 1
        state.loss += result.loss
        state.correct += result.correct
        state.asked += result.asked
        state.secondsWaiting += (begun - start).seconds
        state.seconds += (clock.now - start).seconds
    }

    private func diverged(_ what: String) -> TrainingError {
        let other = configuration.kind == .transfer ? "" : " or a longer --warm-up"
        return TrainingError(.diverged, "\(what): a lower --learning-rate\(other) may help")
    }

    /// The rate of a step of this epoch.
    private func rate(_ step: Int) -> Double {
        configuration.rate(epoch: state.epoch, step: step, current: state.learningRate)
    }

    /// That of the step done last, or of the first.
    private var lastRate: Double { rate(max(state.step - 1, 0)) }

    /// Validates, and takes the state to the next epoch.
    func finishEpoch() async throws(TrainingError) -> EpochRecord {
        let judgement = try await objective.judge(setup) { () throws(TrainingError) in try inferencePlan() }
        if let loss = judgement.loss, !loss.isFinite {
            throw diverged("the validation loss is \(loss) after epoch \(state.epoch + 1)")
        }
        let record = EpochRecord(
            epoch: state.epoch + 1, loss: state.loss / Double(configuration.steps),
            accuracy: Double(state.correct) / Double(max(state.asked, 1)), validationAccuracy: judgement.accuracy,
            validationInterval: judgement.interval, validationLoss: judgement.loss,
            heldAccuracy: judgement.heldAccuracy, learningRate: lastRate, seconds: state.seconds,
            secondsWaiting: state.secondsWaiting, isBest: state.isBest(judgement))
        state.finishEpoch(record)
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
            learningRate: lastRate, stepsPerSecond: speed,
            secondsLeft: speed > 0 ? Double(left) / speed : 0)
    }

    /// Adds to what the run has taken before its epochs.
    func addSecondsBefore(_ seconds: Double) { state.secondsBefore = (state.secondsBefore ?? 0) + seconds }

    /// Whether no epoch is left to train.
    var isFinished: Bool { state.epoch >= configuration.epochs || state.stoppedEarly == true }

    /// Everything, as of now.
    var checkpoint: Checkpoint {
        var classifier: [String: Tensor] = [:]
        for parameter in objective.classifierParameters { classifier[parameter.name] = parameter.tensor }
        return Checkpoint(
            architecture: configuration.architecture, weights: frozen == nil ? plan.weights : [:], frozen: frozen,
            classifier: classifier, velocities: optimiser.velocities, state: state)
    }
}
