public import Backbones
import Detection
import Embedding
import FewShot
import Foundation
import NeuralNetwork

/// A training run: its folder, its data and the loop over the epochs.
///
///     let run = try TrainingRun(configuration, in: RunFolder(new: path), …)   // or: try TrainingRun(resuming: RunFolder(existing: path), …)
///     try await run.train(stop: { … }) { event in … }
///
/// A run that was stopped and resumed gives the same bits as one that was not stopped.
public final class TrainingRun {
    public let configuration: TrainingConfiguration
    let folder: RunFolder
    let setup: RunSetup
    private let isResumed: Bool

    /// Begins a run and writes its configuration and its split to the folder.
    /// - Parameters:
    ///   - backbone: the network of the configuration's architecture; nil takes the one of that name in the catalog.
    ///   - progress: called with the number of pictures read and their total, from several threads.
    /// - Throws: ``TrainingError``. If the data does not fit, only an empty lock file is left in the folder.
    public init(
        _ configuration: TrainingConfiguration, in folder: RunFolder, backbone: Backbone? = nil,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        self.folder = folder
        setup = try RunSetup(configuration, backbone: backbone, progress)
        isResumed = false
        // Wrong weights fail before anything is written.
        let start = try StartingWeights(configuration, setup.graph)
        if case .transfer(let settings) = configuration.objective { try setup.check(start, settings) }
        var counted = configuration
        counted.steps = setup.steps
        counted.teacherIdentity = setup.teacher?.identity
        self.configuration = counted
        try folder.write(json: setup.split, to: .split)
        try folder.write(json: counted, to: .configuration)
    }

    /// Continues a run from its last checkpoint. A run that was stopped before its first one starts again.
    /// - Throws: ``TrainingError`` if the folder's files are damaged or the data has changed.
    public init(
        resuming folder: RunFolder, backbone: Backbone? = nil,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        self.folder = folder
        configuration = try folder.read(TrainingConfiguration.self, from: .configuration)
        setup = try RunSetup(configuration, backbone: backbone, progress)
        isResumed = true
        let split = try folder.read(RunSplit.self, from: .split)
        if let difference = setup.split.difference(from: split) {
            throw TrainingError(
                .badInput,
                "the data of \(folder.path) has changed since the run began: \(difference). Restore it, or begin a new run."
            )
        }
    }

    /// Trains to the last epoch.
    /// - Parameters:
    ///   - checkpointSeconds: the most work that a killed process loses.
    ///   - stop: called after every step; true ends the run with a checkpoint.
    ///   - report: called on the training task.
    /// - Throws: ``TrainingError``: `interrupted` after a stop, `diverged` for a loss or a weight that is not finite, `storage` for a full disk. The
    ///   last good checkpoint and the last good model stay in all three cases. `badInput` for settings that cannot be trained, such as a batch
    ///   beyond the memory limit; a new run then leaves its folder empty, for other settings.
    public func train(
        checkpointSeconds: Double = 300, stop: @Sendable () -> Bool, report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        do throws(TrainingError) { try await trainToEnd(checkpointSeconds, stop, report) } catch {
            if !isResumed, error.code == .badInput { folder.removeIfAlone([.configuration, .split]) }
            throw error
        }
    }

    private func trainToEnd(
        _ checkpointSeconds: Double, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        let checkpoint =
            isResumed && folder.holds(.last)
            ? try Checkpoint(
                path: folder.path(.last), architecture: configuration.architecture, graph: setup.graph) : nil
        report(.start(setup.start(folder.path, checkpoint?.state)))
        let start = checkpoint == nil ? try StartingWeights(configuration, setup.graph) : nil
        switch configuration.objective {
        case .episodes(let task, let head):
            let objective = try EpisodicObjective(
                setup.maker, task: task, head: head, branches: configuration.branches)
            let state = try await loop(objective, checkpoint, start, checkpointSeconds, stop, report)
            report(.finish(finish(state)))
        case .classes(let pretraining):
            let objective = try ClassificationObjective(
                setup.maker, pretraining, branches: configuration.branches, width: setup.width,
                steps: configuration.steps, teacher: setup.teacher, saved: checkpoint?.classifier)
            let state = try await loop(objective, checkpoint, start, checkpointSeconds, stop, report)
            report(.finish(finish(state)))
        case .detection(let settings):
            guard let pictures = setup.detection else { preconditionFailure("the setup is of this configuration") }
            let objective = DetectionObjective(pictures, settings, configuration)
            let state = try await loop(objective, checkpoint, start, checkpointSeconds, stop, report)
            report(.finish(finish(state)))
        case .transfer(let settings):
            try await transfer(settings, checkpoint, start, checkpointSeconds, stop, report)
        }
    }

    /// Trains to the last epoch.
    /// - Parameters:
    ///   - start: see ``TrainingLoop``.
    ///   - secondsBefore: the time that was spent before the first epoch.
    func loop<O: Objective>(
        _ objective: O, _ checkpoint: Checkpoint?, _ start: StartingWeights?, _ checkpointSeconds: Double,
        secondsBefore: Double = 0, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TrainingState {
        let loop = try TrainingLoop(configuration, setup, objective, checkpoint, start)
        loop.addSecondsBefore(secondsBefore)
        var saved = ContinuousClock.now
        while !loop.isFinished {
            loop.beginEpoch()
            defer { loop.endEpoch() }
            while loop.state.step < configuration.steps {
                try namingCheckpoint { () throws(TrainingError) in try loop.step() }
                report(.progress(loop.progress))
                let isStopped = stop()
                if isStopped || ContinuousClock.now - saved > .seconds(checkpointSeconds) {
                    try namingCheckpoint { () throws(TrainingError) in
                        try folder.write(encoded(try loop.checkpoint()), to: .last)
                    }
                    saved = .now
                }
                if isStopped { throw interruption(loop.state) }
            }
            let record: EpochRecord
            do { record = try await loop.finishEpoch() } catch { throw namingCheckpoint(error) }
            try namingCheckpoint { () throws(TrainingError) in
                let checkpoint = try loop.checkpoint()
                let bytes = encoded(checkpoint)
                // The best first: if the process is killed between the two writes, the resumed run repeats the epoch.
                if record.isBest { try keepBest(checkpoint, bytes) }
                try folder.write(bytes, to: .last)
                try writeCurves(loop.state.history)
            }
            saved = .now
            report(.epoch(record))
        }
        return loop.state
    }

    /// Adds to an error where the run can be continued.
    private func namingCheckpoint(_ work: () throws(TrainingError) -> Void) throws(TrainingError) {
        do { try work() } catch { throw namingCheckpoint(error) }
    }

    func namingCheckpoint(_ error: TrainingError) -> TrainingError {
        let rest =
            folder.holds(.last)
            ? "The last good checkpoint is kept: continue with --resume \(folder.path)."
            : "The run has no checkpoint yet."
        return TrainingError(error.code, "\(error.message)\(error.message.hasSuffix(".") ? "" : ".") \(rest)")
    }

    private func interruption(_ state: TrainingState) -> TrainingError {
        TrainingError(
            .interrupted,
            "stopped in epoch \(state.epoch + 1) after \(state.step) of \(configuration.steps) steps. Continue with --resume \(folder.path)."
        )
    }

    private func encoded(_ checkpoint: Checkpoint) -> Data { checkpoint.encoded(inputSize: configuration.inputSize) }

    private func keepBest(_ checkpoint: Checkpoint, _ bytes: Data) throws(TrainingError) {
        // A classifier is calibrated and written when the run has ended.
        if configuration.kind == .transfer { return try folder.write(bytes, to: .best) }
        let state = checkpoint.state
        let validation = state.best?.validationAccuracy.map { ", validation accuracy \($0)" } ?? ""
        let notes = [
            "training":
                "\(configuration.kind.rawValue), epoch \(state.epoch) of \(configuration.epochs), seed \(configuration.seed)\(validation)"
        ]
        let model: Data
        do {
            model =
                if case .detection(let settings) = configuration.objective {
                    try DetectorModel(
                        weights: checkpoint.weights, longSide: settings.longSide,
                        threshold: state.best?.threshold ?? DetectorModel.defaultThreshold
                    ).file(notes: notes)
                } else {
                    try Model.file(
                        setup.backbone, weights: checkpoint.weights, inputSize: configuration.inputSize, notes: notes)
                }
        } catch { throw TrainingError.diverged(error.message, in: configuration.kind) }
        try folder.write(bytes, to: .best)
        try folder.write(model, to: .model)
    }

    private func writeCurves(_ history: [EpochRecord]) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.keyEncodingStrategy = .convertToSnakeCase
        var lines = Data()
        for record in history {
            guard let line = try? encoder.encode(record) else { preconditionFailure("a record is always valid JSON") }
            lines += line + [UInt8(ascii: "\n")]
        }
        try folder.write(lines, to: .curve)
        try folder.write(
            Data(LearningCurves(history, title: setup.title, validationTitle: setup.validationTitle).svg.utf8),
            to: .picture)
    }

    func finish(_ state: TrainingState, transfer: TransferSummary? = nil) -> TrainingEvent.Finish {
        let seconds = state.history.reduce(0) { $0 + $1.seconds }
        let waiting = state.history.reduce(0) { $0 + $1.secondsWaiting }
        return TrainingEvent.Finish(
            model: folder.path(.model), bestEpoch: state.best?.epoch ?? state.epoch,
            validationAccuracy: state.best?.validationAccuracy, computeShare: seconds > 0 ? 1 - waiting / seconds : 1,
            seconds: seconds, transfer: transfer)
    }
}
