public import Backbones
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
    /// nil on ranks other than 0.
    let records: RunRecords?
    let setup: RunSetup
    let collective: any Collective
    /// Rank 0's last checkpoint; nil for a run that starts.
    private let checkpoint: Checkpoint?
    private let isResumed: Bool

    /// Begins a run and writes its configuration and its split to the folder.
    /// - Parameters:
    ///   - configuration: for as many ranks as there are.
    ///   - folder: of rank 0; nil on the others.
    ///   - backbone: the network of the configuration's architecture; nil takes the one of that name in the catalog.
    ///   - progress: called with the number of pictures read and their total, from several threads.
    /// - Throws: ``TrainingError``. If the data does not fit, or the ranks differ, only an empty lock file is left in the folder.
    public init(
        _ configuration: TrainingConfiguration, in folder: RunFolder?, on collective: any Collective = SoloCollective(),
        backbone: Backbone? = nil, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        precondition((folder != nil) == (collective.rank == 0), "rank 0 alone owns the folder")
        let setup = try RunSetup(configuration, backbone: backbone, progress)
        // Wrong weights fail before anything is written.
        let start = try StartingWeights(configuration, setup.graph)
        if case .transfer(let settings) = configuration.objective { try setup.check(start, settings) }
        var counted = configuration
        counted.steps = setup.steps
        counted.teacherIdentity = setup.teacher?.identity
        try RankDescription.check(collective) { () throws(TrainingError) in
            try RankDescription(counted, setup, start)
        }
        (self.configuration, self.setup, self.collective) = (counted, setup, collective)
        (checkpoint, isResumed) = (nil, false)
        records = folder.map { RunRecords(folder: $0, configuration: counted, setup: setup) }
        try folder?.write(json: setup.split, to: .split)
        try folder?.write(json: counted, to: .configuration)
    }

    /// Continues a run from its last checkpoint. A run that was stopped before its first one starts again.
    /// - Parameter folder: of rank 0, which gives the others what they need; nil on those.
    /// - Throws: ``TrainingError`` if the folder's files are damaged, the data has changed, or the run began on another number of ranks.
    public init(
        resuming folder: RunFolder?, on collective: any Collective = SoloCollective(), backbone: Backbone? = nil,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        precondition((folder != nil) == (collective.rank == 0), "rank 0 alone owns the folder")
        let begun = try BegunRun(folder, collective)
        let configuration = begun.configuration
        setup = try RunSetup(configuration, backbone: backbone, progress)
        if let difference = setup.split.difference(from: begun.split) {
            throw TrainingError(
                .badInput,
                "the data of \(begun.path) has changed since the run began: \(difference). Restore it, or begin a new run."
            )
        }
        checkpoint = try begun.checkpoint(configuration, setup.graph)
        let start = checkpoint == nil ? try StartingWeights(configuration, setup.graph) : nil
        let setup = setup
        try RankDescription.check(collective) { () throws(TrainingError) in
            try RankDescription(configuration, setup, start)
        }
        (self.configuration, self.collective, isResumed) = (configuration, collective, true)
        records = folder.map { RunRecords(folder: $0, configuration: configuration, setup: setup) }
    }

    /// The number of ranks that a run began with; 1 where there is none.
    /// - Parameter folder: its path. It is not locked.
    /// - Throws: ``TrainingError`` if its configuration is damaged.
    public static func ranks(in folder: String) throws(TrainingError) -> Int {
        guard RunFolder.isBegun(folder) else { return 1 }
        return try RunFolder.read(TrainingConfiguration.self, from: .configuration, in: folder).rankCount
    }

    /// Trains to the last epoch.
    /// - Parameters:
    ///   - checkpointSeconds: the most work that a killed process loses.
    ///   - stop: called after every step; true on any rank ends the run with a checkpoint.
    ///   - report: called on the training task, on rank 0 only.
    /// - Throws: ``TrainingError``: `interrupted` after a stop, `diverged` for a loss or a weight that is not finite, `storage` for a full disk. The
    ///   last good checkpoint and the last good model stay in all three cases. `badInput` for settings that cannot be trained, such as a batch
    ///   beyond the memory limit; a new run then leaves its folder empty, for other settings.
    public func train(
        checkpointSeconds: Double = 300, stop: @Sendable () -> Bool, report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        do throws(TrainingError) {
            try await trainToEnd(checkpointSeconds, stop) { if collective.rank == 0 { report($0) } }
        } catch {
            if !isResumed, error.code == .badInput { records?.folder.removeIfAlone([.configuration, .split]) }
            throw error
        }
    }

    private func trainToEnd(
        _ checkpointSeconds: Double, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) {
        report(.start(setup.start(records?.folder.path ?? "", checkpoint?.state)))
        let start = checkpoint == nil ? try StartingWeights(configuration, setup.graph) : nil
        switch configuration.objective {
        case .episodes(let task, let head):
            let objective = try EpisodicObjective(
                setup.maker, task: task, head: head, branches: configuration.branches)
            finish(try await loop(objective, checkpoint, start, checkpointSeconds, stop, report), report)
        case .classes(let pretraining):
            let objective = try ClassificationObjective(
                setup.maker, pretraining, branches: configuration.branches, width: setup.width,
                batches: configuration.batches, teacher: setup.teacher, saved: checkpoint?.classifier)
            finish(try await loop(objective, checkpoint, start, checkpointSeconds, stop, report), report)
        case .detection(let settings):
            guard let pictures = setup.detection else { preconditionFailure("the setup is of this configuration") }
            let objective = DetectionObjective(pictures, settings, configuration)
            finish(try await loop(objective, checkpoint, start, checkpointSeconds, stop, report), report)
        case .transfer(let settings):
            try await transfer(settings, checkpoint, start, checkpointSeconds, stop, report)
        }
    }

    private func finish(_ state: TrainingState, _ report: (TrainingEvent) -> Void) {
        if let records { report(.finish(records.finish(state))) }
    }

    /// Trains to the last epoch. The ranks stop, fail and begin epochs together.
    /// - Parameters:
    ///   - start: see ``TrainingLoop``.
    ///   - secondsBefore: the time that was spent before the first epoch.
    func loop<O: Objective>(
        _ objective: O, _ checkpoint: Checkpoint?, _ start: StartingWeights?, _ checkpointSeconds: Double,
        secondsBefore: Double = 0, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TrainingState {
        let loop = try TrainingLoop(configuration, setup, objective, checkpoint, start, collective)
        loop.addSecondsBefore(secondsBefore)
        var saved = ContinuousClock.now
        while !loop.isFinished {
            loop.beginEpoch()
            defer { loop.endEpoch() }
            while loop.state.step < configuration.steps {
                do { try loop.step() } catch { throw namingCheckpoint(error) }
                report(.progress(loop.progress))
                let isStopped = try collective.any(stop())
                if isStopped || ContinuousClock.now - saved > .seconds(checkpointSeconds) {
                    try records?.keep { () throws(TrainingError) in try loop.checkpoint() }
                    saved = .now
                }
                if isStopped { throw interruption(loop.state) }
            }
            let record: EpochRecord
            do { record = try await loop.finishEpoch() } catch { throw namingCheckpoint(error) }
            try records?.keep(record) { () throws(TrainingError) in try loop.checkpoint() }
            saved = .now
            report(.epoch(record))
        }
        return loop.state
    }

    /// Adds to an error where the run can be continued; see ``RunRecords``.
    func namingCheckpoint(_ error: TrainingError) -> TrainingError { records?.namingCheckpoint(error) ?? error }

    private func interruption(_ state: TrainingState) -> TrainingError {
        let advice = records.map { " Continue with --resume \($0.folder.path)." } ?? ""
        return TrainingError(
            .interrupted,
            "stopped in epoch \(state.epoch + 1) after \(state.step) of \(configuration.steps) steps.\(advice)")
    }
}
