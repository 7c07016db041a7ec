import Backbones
import Foundation
import NeuralNetwork

/// Trains cells of a grid as `aniwho transfer-train` would, each in its own run folder.
struct CellTraining {
    let settings: ComparisonSettings
    let features: String

    /// Returns the result of a finished run, continues one that was begun, or begins one.
    /// - Throws: ``TrainingError`` of the run.
    func train(
        _ cell: ComparisonCell, in path: String, stop: @Sendable () -> Bool, report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TransferResult {
        do throws(TrainingError) { return try TransferResult(run: path) } catch  where error.code == .notFound {}
        try await begun(cell, path).train(stop: stop, report: report)
        return try TransferResult(run: path)
    }

    private func begun(_ cell: ComparisonCell, _ path: String) throws(TrainingError) -> TrainingRun {
        if RunFolder.isBegun(path) { return try TrainingRun(resuming: try RunFolder(existing: path)) }
        // Remains of a run that was killed before it began.
        try? FileManager.default.removeItem(atPath: path)
        return try TrainingRun(settings.configuration(cell, features: features), in: try RunFolder(new: path))
    }
}

extension ComparisonSettings {
    /// Checks the starting weights and the layers to fine-tune of all runs before the first one starts.
    /// - Throws: ``TrainingError`` that names what is missing or does not fit.
    func check() throws(TrainingError) {
        for model in grid.models {
            guard let cell = grid.cells.first(where: { $0.model == model.architecture }) else { continue }
            let configuration = configuration(cell, features: "")
            let graph: Graph
            do throws(NetworkError) {
                graph = try Catalogue.backbone(model.architecture).graph(configuration.inputSize)
            } catch { throw TrainingError(error) }
            if model.weights != nil { _ = try StartingWeights(configuration, graph) }
            for fineTune in grid.fineTunes { _ = try fineTune.trainable(graph, architecture: model.architecture) }
        }
    }
}
