import Backbones
import NeuralNetwork
import Timing

extension RunSetup {
    /// - Throws: ``TrainingError`` with `badInput` if there are too few layers to fine-tune, or if a classifier's dense layer does not fit.
    func check(_ start: StartingWeights, _ settings: TransferSettings) throws(TrainingError) {
        _ = try settings.fineTune.trainable(graph, architecture: backbone.name)
        _ = try head(start, settings)
    }

    fileprivate func head(_ start: StartingWeights, _ settings: TransferSettings) throws(TrainingError) -> [String:
        Tensor]?
    {
        try start.head(for: split.training.map(\.name), width: width, isNew: settings.newHead)
    }
}

extension TrainingRun {
    /// Trains a classifier on a fixed cast and measures it. For a finished run it reports the result again.
    /// - Parameter start: nil if there is a checkpoint.
    func transfer(
        _ settings: TransferSettings, _ checkpoint: Checkpoint?, _ start: StartingWeights?, _ checkpointSeconds: Double,
        _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        guard let pictures = setup.transfer else { preconditionFailure("the setup is of this configuration") }
        if try collective.any(records?.holdsResult ?? false), let state = checkpoint?.state {
            guard let records else { return }
            return try report(records.finish(state, records.folder.read(TransferResult.self, from: .result)))
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
        guard let records else { return }
        let folder = records.folder
        let best = try Checkpoint(
            path: folder.path(.best), architecture: configuration.architecture, graph: setup.graph)
        let end = TransferResultWriter(
            configuration: configuration, settings: settings, setup: setup, pictures: pictures, folder: folder)
        var ticker = FeatureTicker(folder.path)
        let result: TransferResult
        do throws(TrainingError) {
            result = try end.write(
                state, network: frozen == nil ? best.weights : start?.network ?? [:], classifier: best.classifier,
                frozen: frozen
            ) { count, total throws(TrainingError) in try ticker.tick(count, of: total, stop, report) }
        } catch { throw error.code == .interrupted ? error : namingCheckpoint(error) }
        report(records.finish(state, result))
    }

    /// The frozen network that the run started from.
    /// - Throws: ``TrainingError`` with `badInput` if its file has changed.
    private func frozenNetwork(_ start: StartingWeights?, _ checkpoint: Checkpoint?) throws(TrainingError)
        -> StartingWeights
    {
        let network = if let start { start } else { try StartingWeights(configuration, setup.graph) }
        guard checkpoint == nil || checkpoint?.frozen == network.identity else {
            throw TrainingError(
                .badInput,
                "\(network.origin) has changed since the run\(records.map { " in \($0.folder.path)" } ?? "") began with it as its frozen network. Restore the file, or begin a new run."
            )
        }
        return network
    }

    private func features(
        _ network: StartingWeights, _ settings: TransferSettings, _ pictures: TransferPictures,
        _ stop: @Sendable () -> Bool,
        _ report: (TrainingEvent) -> Void
    ) throws(TrainingError) -> FrozenFeatures {
        let plan: InferencePlan
        do {
            plan = try InferencePlan(
                setup.graph, weights: network.network, taps: [setup.backbone.outputTap],
                threads: configuration.threads)
        } catch { throw TrainingError(error) }
        let cache = FeatureCache(
            settings.featureCache ?? records.map { "\($0.folder.path)/features" }, configuration,
            weights: network.identity)
        var ticker = FeatureTicker(records?.folder.path ?? "")
        return try FrozenFeatures(setup, pictures, views: settings.views, FeatureExtractor(plan: plan), cache) {
            count, total throws(TrainingError) in try ticker.tick(count, of: total, stop, report)
        }
    }
}

extension RunRecords {
    /// Whether the run has ended, with a result.
    fileprivate var holdsResult: Bool { folder.holds(.last) && folder.holds(.result) && folder.holds(.model) }

    fileprivate func finish(_ state: TrainingState, _ result: TransferResult) -> TrainingEvent {
        .finish(finish(state, transfer: TransferSummary(result, path: folder.path(.result))))
    }
}

/// Reports how many features are computed, and ends the work when the run should stop.
private struct FeatureTicker {
    /// The run's folder.
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
            .interrupted, "stopped after the features of \(done) of \(total) pictures. Continue with --resume \(path).")
    }
}
