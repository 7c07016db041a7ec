import Backbones
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
        do throws(TrainingError) { return try TransferResult(run: path) } catch  where error.code == .notFound {}
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

extension ComparisonSettings {
    /// Looks at the starting weights and at the layers to fine-tune before the first run, not when their turn comes.
    /// - Throws: ``TrainingError`` that says what is missing or does not fit.
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
