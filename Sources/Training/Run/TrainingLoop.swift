import Backbones
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import Timing

/// The state of a run in memory, and what moves it on: a step, or the end of an epoch.
final class TrainingLoop<O: Objective> {
    private(set) var state: TrainingState
    private let configuration: TrainingConfiguration
    private let setup: RunSetup
    private let objective: O
    /// The identity of a frozen network; nil if the network trains.
    private let frozen: String?
    private let plan: TrainingPlan
    private let collective: any Collective
    private let buffer: StepBuffer
    private var optimizer: SGD
    private var batches: Prefetcher<O.Batch>?

    /// How many batches are prepared ahead of the one in use.
    private static var depth: Int { 2 }

    /// - Parameters:
    ///   - checkpoint: where to continue; nil begins a new run.
    ///   - start: needed for a new run, and for a frozen network.
    ///   - collective: as many ranks as the configuration says.
    /// - Throws: ``TrainingError``.
    init(
        _ configuration: TrainingConfiguration, _ setup: RunSetup, _ objective: O, _ checkpoint: Checkpoint?,
        _ start: StartingWeights?, _ collective: any Collective = SoloCollective()
    ) throws(TrainingError) {
        precondition(collective.ranks == configuration.rankCount, "a run on other ranks is refused before")
        self.collective = collective
        (self.configuration, self.setup, self.objective) = (configuration, setup, objective)
        frozen = objective.isNetworkFrozen ? start?.identity : nil
        let descent = configuration.descent
        optimizer = SGD(
            learningRate: descent.learningRate, momentum: descent.momentum, weightDecay: descent.weightDecay,
            nesterov: descent.nesterov)
        if let checkpoint {
            state = checkpoint.state
            optimizer.velocities = checkpoint.velocities
        } else {
            state = TrainingState(learningRate: descent.learningRate)
            if case .byValidation(let plateau) = configuration.schedule { state.plateau = plateau }
            if case .byValidationLoss(let plateau, _) = configuration.schedule { state.lossPlateau = plateau }
            if case .transfer(let settings) = configuration.objective {
                state.patience = EarlyStopping(patience: settings.patience)
            }
            state.origin = start?.origin
            state.ranks = configuration.ranks
            if configuration.ranks != nil { state.exchange = RankExchange() }
        }
        do {
            plan = try TrainingPlan(
                setup.graph, weights: start?.network ?? checkpoint?.weights ?? [:], taps: setup.mapTaps,
                reading: setup.mapTaps == nil ? .means : .maps, threads: configuration.threads,
                isTrainable: objective.isTrainable)
            if frozen == nil { try plan.checkMemory(images: configuration.imagesInStep, batches: Self.depth + 2) }
        } catch { throw TrainingError(error) }
        buffer = StepBuffer(
            plan.trainableParameters + objective.classifierParameters, statistics: plan.measuredStatistics)
    }

    /// Starts to prepare the batches of the current epoch.
    func beginEpoch() {
        let (epoch, objective, ranks, rank) = (state.epoch, objective, collective.ranks, collective.rank)
        batches = Prefetcher(state.step..<configuration.steps, depth: Self.depth) { step throws(TrainingError) in
            try objective.batch(epoch: epoch, step: step * ranks + rank)
        }
    }

    func endEpoch() {
        batches?.stop()
        batches = nil
    }

    /// Takes a batch on each rank, and changes the parameters by the mean of the ranks' gradients.
    /// - Throws: ``TrainingError`` with `diverged` if the loss is not a finite number, `badInput` if
    ///   the batch does not fit into memory, on any rank. The step is not taken then.
    func step() throws(TrainingError) {
        guard let batches else { preconditionFailure("an epoch begins with beginEpoch()") }
        let clock = ContinuousClock()
        let start = clock.now
        let batch = try batches.next()
        let begun = clock.now
        plan.clearGradients()
        for parameter in objective.classifierParameters { parameter.clearGradient() }
        let result: StepResult
        let number = state.step * collective.ranks + collective.rank
        do { result = try objective.gradients(batch, plan, epoch: state.epoch, step: number) } catch {
            throw TrainingError(error)
        }
        guard result.loss.isFinite else {
            throw diverged("the loss is \(result.loss) in epoch \(state.epoch + 1), step \(state.step + 1)")
        }
        let sums = try combine(result)
        optimizer.learningRate = rate(state.step)
        optimizer.step(plan.trainableParameters + objective.classifierParameters)
        state.step += 1
        state.loss += sums[0] / Double(collective.ranks)
        state.correct += Int(sums[1])
        state.asked += Int(sums[2])
        state.secondsWaiting += (begun - start).seconds
        state.seconds += (clock.now - start).seconds
    }

    /// Gives every rank the mean of all gradients and running statistics.
    /// - Returns: the sums of the losses, of the right answers and of all that were asked for.
    private func combine(_ result: StepResult) throws(TrainingError) -> [Double] {
        let clock = ContinuousClock()
        let begun = clock.now
        let sums = try collective.sum([result.loss, Double(result.correct), Double(result.asked)])
        guard collective.ranks > 1 else { return sums }
        let together = clock.now
        buffer.average(over: collective.ranks) { collective.sum(inPlace: &$0) }
        state.exchange?.secondsAwaiting += (together - begun).seconds
        state.exchange?.secondsSumming += (clock.now - together).seconds
        return sums
    }

    private func diverged(_ what: String) -> TrainingError { .diverged(what, in: configuration.kind) }

    /// The rate of a step in this epoch.
    private func rate(_ step: Int) -> Double {
        configuration.rate(epoch: state.epoch, step: step, current: state.learningRate)
    }

    /// The rate of the last step done, or of the first one before any.
    private var lastRate: Double { rate(max(state.step - 1, 0)) }

    /// Validates on rank 0, and moves the state of all ranks on to the next epoch.
    /// - Throws: ``TrainingError`` with `diverged` if the epoch's last step or the validation gave a number that is not finite, or if
    ///   the ranks have different weights.
    func finishEpoch() async throws(TrainingError) -> EpochRecord {
        try checkNumbers(of: configuration.steps)
        try checkRanks()
        let own = collective.rank == 0 ? try await record() : nil
        let record = try collective.share(value: own)
        state.finishEpoch(record)
        return record
    }

    /// Fails if the ranks no longer hold the same network, which only a defect of a machine or a program brings about.
    private func checkRanks() throws(TrainingError) {
        guard collective.ranks > 1 else { return }
        var tensors = plan.weights
        for parameter in objective.classifierParameters { tensors[parameter.name] = parameter.tensor }
        for (name, values) in optimizer.velocities {
            tensors["the momentum of \(name)"] = Tensor(shape: [values.count], values: values)
        }
        let digests = try collective.gather(values: RankDescription.digest(tensors))
        guard let rank = digests.firstIndex(where: { $0 != digests[0] }) else { return }
        throw TrainingError(
            .diverged,
            "rank \(rank) holds other weights than rank 0 after epoch \(state.epoch + 1). Test the memory and the network of its machine."
        )
    }

    private func record() async throws(TrainingError) -> EpochRecord {
        let result = try await objective.validate(setup) { plan.weights }
        if let loss = result.loss, !loss.isFinite {
            throw diverged("the validation loss is \(loss) after epoch \(state.epoch + 1)")
        }
        return EpochRecord(
            epoch: state.epoch + 1, loss: state.loss / Double(configuration.steps),
            accuracy: Double(state.correct) / Double(max(state.asked, 1)), validationAccuracy: result.accuracy?.mean,
            validationInterval: result.accuracy.map { [$0.low, $0.high] }, validationLoss: result.loss,
            heldAccuracy: result.heldAccuracy, falseBoxes: result.falseBoxes, threshold: result.threshold,
            learningRate: lastRate, seconds: state.seconds,
            secondsWaiting: state.secondsWaiting, exchange: state.exchange, isBest: state.isBest(result))
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

    /// Adds to the time that the run took before its epochs.
    func addSecondsBefore(_ seconds: Double) { state.secondsBefore = (state.secondsBefore ?? 0) + seconds }

    /// Whether the last epoch is done.
    var isFinished: Bool { state.epoch >= configuration.epochs || state.stoppedEarly == true }

    /// The whole run as it is now.
    /// - Throws: ``TrainingError`` with `diverged` if it holds a number that is not finite: a run cannot continue from such a checkpoint.
    func checkpoint() throws(TrainingError) -> Checkpoint {
        try checkNumbers(of: state.step)
        var classifier: [String: Tensor] = [:]
        for parameter in objective.classifierParameters { classifier[parameter.name] = parameter.tensor }
        return Checkpoint(
            architecture: configuration.architecture, weights: frozen == nil ? plan.weights : [:], frozen: frozen,
            classifier: classifier, velocities: optimizer.velocities, state: state)
    }

    /// The loss of a step shows what the steps before it did. Only the numbers themselves show what the last step did.
    private func checkNumbers(of step: Int) throws(TrainingError) {
        let parameters = (frozen == nil ? plan.allParameters : []) + objective.classifierParameters
        let damaged =
            parameters.filter { !$0.isFinite }.map(\.name)
            + optimizer.velocities.filter { !$0.value.allSatisfy(\.isFinite) }.map { "the momentum of \($0.key)" }
        guard let first = damaged.min() else { return }
        throw diverged("\(first) holds NaN or infinite values after epoch \(state.epoch + 1), step \(step)")
    }
}
