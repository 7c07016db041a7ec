import Foundation
import NeuralNetwork

/// Trains the cells of a grid as `aniwho transfer-train` would, each in a run folder of its own.
struct TransferCells {
    let settings: ComparisonSettings
    let features: String

    /// Gives the result of a finished run, goes on with one that was begun, or begins it.
    /// - Throws: ``TrainingError`` of the run.
    func train(
        _ cell: ComparisonCell, in path: String, stop: @Sendable () -> Bool, report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TransferResult {
        do throws(TrainingError) { return try TransferResult(run: path) } catch where error.code == .notFound {}
        try await begun(cell, path).train(stop: stop, report: report)
        return try TransferResult(run: path)
    }

    private func begun(_ cell: ComparisonCell, _ path: String) throws(TrainingError) -> TrainingRun {
        if RunFolder.isBegun(path) { return try TrainingRun(resuming: try RunFolder(existing: path)) }
        // What a run that was killed before it began has left.
        try? FileManager.default.removeItem(atPath: path)
        return try TrainingRun(settings.configuration(cell, features: features), in: try RunFolder(new: path))
    }
}

extension ComparisonGrid {
    /// Files of weights are looked at before the first run, not when their turn comes.
    /// - Throws: ``TrainingError`` with `notFound` that names the file, `badInput` where it says that it is of another architecture.
    func checkWeights() throws(TrainingError) {
        for model in models {
            guard let path = model.weights else { continue }
            let file: Safetensors
            do throws(NetworkError) { file = try Safetensors(contentsOf: path) } catch {
                throw TrainingError(error.code == .inputOutput ? .notFound : .badInput, "\(path): \(error.message)")
            }
            if let other = file.metadata["architecture"], other != model.architecture {
                throw TrainingError(.badInput, "\(path) holds weights of \(other), not of \(model.architecture)")
            }
        }
    }
}
