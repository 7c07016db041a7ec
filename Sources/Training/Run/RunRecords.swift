import Detection
import Embedding
import Foundation
import NeuralNetwork

/// What a run keeps in its folder: checkpoints, curves and the model. Rank 0 alone has it.
struct RunRecords {
    let folder: RunFolder
    let configuration: TrainingConfiguration
    let setup: RunSetup

    /// Keeps a checkpoint within an epoch.
    func keep(_ checkpoint: () throws(TrainingError) -> Checkpoint) throws(TrainingError) {
        try namingCheckpoint { () throws(TrainingError) in
            try folder.write(encoded(try checkpoint()), to: .last)
        }
    }

    /// Keeps what an epoch has made.
    func keep(_ record: EpochRecord, _ checkpoint: () throws(TrainingError) -> Checkpoint) throws(TrainingError) {
        try namingCheckpoint { () throws(TrainingError) in
            let checkpoint = try checkpoint()
            let bytes = encoded(checkpoint)
            // The best first: if the process is killed between the two writes, the resumed run repeats the epoch.
            if record.isBest { try keepBest(checkpoint, bytes) }
            try folder.write(bytes, to: .last)
            try writeCurves(checkpoint.state.history)
        }
    }

    /// Adds to an error where the run can be continued.
    func namingCheckpoint(_ work: () throws(TrainingError) -> Void) throws(TrainingError) {
        do { try work() } catch { throw namingCheckpoint(error) }
    }

    func namingCheckpoint(_ error: TrainingError) -> TrainingError {
        let rest =
            folder.holds(.last)
            ? "The last good checkpoint is kept: continue with --resume \(folder.path)."
            : "The run has no checkpoint yet."
        return TrainingError(error.code, "\(error.message)\(error.message.hasSuffix(".") ? "" : ".") \(rest)")
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
