import Backbones
import NeuralNetwork
import Timing

extension RunSetup {
    /// - Throws: ``TrainingError`` with `badInput` when there are not as many layers to fine-tune, or a classifier's dense layer does not fit.
    func check(_ start: StartingWeights, _ settings: Transfer) throws(TrainingError) {
        _ = try settings.fineTune.trainable(graph, architecture: backbone.name)
        _ = try head(start, settings)
    }

    fileprivate func head(_ start: StartingWeights, _ settings: Transfer) throws(TrainingError) -> [String: Tensor]? {
        try start.head(for: split.training.map(\.name), width: width, isNew: settings.newHead)
    }
}

extension TrainingRun {
    /// Trains a classifier on a fixed cast, and measures it; a run that has ended is told again.
    /// - Parameter start: nil where there is a checkpoint.
    func transfer(
        _ settings: Transfer, _ checkpoint: Checkpoint?, _ start: StartingWeights?, _ checkpointSeconds: Double,
        _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        guard let pictures = setup.transfer else { preconditionFailure("the setup is of this configuration") }
        if let state = checkpoint?.state, folder.holds(.result), folder.holds(.model) {
            let result = try folder.read(TransferResult.self, from: .result)
            return report(.finish(finish(state, transfer: TransferSummary(result, path: folder.path(.result)))))
        }
        var (start, frozen) = (start, FrozenFeatures?.none)
        let clock = ContinuousClock()
        let begun = clock.now
        if settings.fineTune == .none {
            let network = try frozenNetwork(start, checkpoint)
            frozen = try features(network, settings, pictures, stop, report)
            start = network
        }
        let source: TransferObjective.Source =
            if let frozen {
                .features(frozen)
            } else {
                .network(
                    trainable: try settings.fineTune.trainable(setup.graph, architecture: configuration.architecture))
            }
        let head = try start.flatMap { start throws(TrainingError) in try setup.head(start, settings) }
        let objective = try TransferObjective(
            setup, pictures, settings, source, branches: configuration.branches, saved: checkpoint?.classifier ?? head)
        let state = try await loop(
            objective, checkpoint, start, checkpointSeconds, secondsBefore: (clock.now - begun).seconds, stop, report)
        let best = try Checkpoint(
            path: folder.path(.best), architecture: configuration.architecture, graph: setup.graph)
        let end = TransferFinish(
            configuration: configuration, settings: settings, setup: setup, pictures: pictures, folder: folder)
        var ticker = FeatureTicker(folder.path)
        let result: TransferResult
        do throws(TrainingError) {
            result = try end.write(
                state, network: frozen == nil ? best.weights : start?.network ?? [:], classifier: best.classifier,
                frozen: frozen
            ) { count, total throws(TrainingError) in try ticker.tick(count, of: total, stop, report) }
        } catch { throw error.code == .interrupted ? error : told(error) }
        report(.finish(finish(state, transfer: TransferSummary(result, path: folder.path(.result)))))
    }

    /// What the run has started from.
    /// - Throws: ``TrainingError`` with `badInput` when it is no longer the same.
    private func frozenNetwork(_ start: StartingWeights?, _ checkpoint: Checkpoint?) throws(TrainingError)
        -> StartingWeights
    {
        let network = if let start { start } else { try StartingWeights(configuration, setup.graph) }
        guard checkpoint == nil || checkpoint?.frozen == network.identity else {
            throw TrainingError(
                .badInput,
                "\(network.origin) is not what the run in \(folder.path) began with: its frozen network has changed")
        }
        return network
    }

    private func features(
        _ network: StartingWeights, _ settings: Transfer, _ pictures: TransferPictures, _ stop: @Sendable () -> Bool,
        _ report: (TrainingEvent) -> Void
    ) throws(TrainingError) -> FrozenFeatures {
        let plan: InferencePlan
        do {
            plan = try InferencePlan(
                setup.graph, weights: network.network, taps: [setup.backbone.outputTap],
                threads: configuration.threads)
        } catch { throw TrainingError(error) }
        let cache = FeatureCache(
            settings.featureCache ?? "\(folder.path)/features", configuration, weights: network.identity)
        var ticker = FeatureTicker(folder.path)
        return try FrozenFeatures(setup, pictures, views: settings.views, FeatureMaker(plan: plan), cache) {
            count, total throws(TrainingError) in try ticker.tick(count, of: total, stop, report)
        }
    }
}

/// Tells how far features are, and ends their making when the run is asked to stop.
private struct FeatureTicker {
    /// Of the run.
    let path: String
    private var done = 0
    private let begun = ContinuousClock.now

    init(_ path: String) { self.path = path }

    mutating func tick(_ count: Int, of total: Int, _ stop: () -> Bool, _ report: (TrainingEvent) -> Void)
        throws(TrainingError)
    {
        done += count
        let seconds = (ContinuousClock.now - begun).seconds
        report(
            .features(.init(done: done, views: total, secondsLeft: seconds / Double(done) * Double(total - done))))
        guard stop() else { return }
        throw TrainingError(
            .interrupted, "stopped after the features of \(done) of \(total) pictures; go on with --resume \(path)")
    }
}
