public import Foundation
import Statistics

/// What a comparison has found so far; kept in its folder as `results.json`, from which its report can be made again.
public struct ComparisonResults: Sendable, Codable, Equatable {
    /// The data set, and how many pictures of it each part has.
    public struct Pictures: Sendable, Codable, Equatable {
        public let name: String
        public let classes: [String]
        public let training, validation, test: Int

        public init(name: String, classes: [String], training: Int, validation: Int, test: Int) {
            (self.name, self.classes) = (name, classes)
            (self.training, self.validation, self.test) = (training, validation, test)
        }

        public var images: Int { training + validation + test }
    }

    public enum Status: String, Sendable, Codable {
        case notRun = "not_run"
        case finished, failed
    }

    public struct Run: Sendable, Codable, Equatable {
        public let cell: ComparisonCell
        public var status = Status.notRun
        /// Why it failed.
        public var message: String?
        /// Without its predictions, which stay in the run's folder.
        public var result: TransferResult?

        public init(_ cell: ComparisonCell, failed message: String? = nil) {
            (self.cell, self.message) = (cell, message)
            if message != nil { status = .failed }
        }

        public init(_ cell: ComparisonCell, _ result: TransferResult) {
            (self.cell, self.result, status) = (cell, result.withoutPredictions, .finished)
        }
    }

    public let settings: ComparisonSettings
    public let pictures: Pictures
    /// When the comparison began.
    public let begun: Date
    /// A run for each cell of the grid, in its order.
    public var runs: [Run]
    /// One for each number of shots; empty until they are measured.
    public var prototypes: [PrototypeResult] = []
    /// Of the best run; nil while there is none.
    public var best: RunDetails?

    public init(settings: ComparisonSettings, pictures: Pictures, begun: Date) {
        (self.settings, self.pictures, self.begun) = (settings, pictures, begun)
        runs = settings.grid.cells.map { Run($0) }
    }

    /// The finished run with the highest top-1 accuracy on the validation pictures, so that the test chooses nothing; the first of equals.
    /// - Parameter model: of this architecture alone.
    public func bestRun(of model: String? = nil) -> Run? {
        let finished = runs.filter { $0.result != nil && (model == nil || $0.cell.model == model) }
        func score(_ run: Run) -> Double { run.result?.validation.top1.mean ?? 0 }
        return finished.reduce(nil) { best, run in best.map { score($0) >= score(run) } == true ? best : run }
    }
}

extension TransferResult {
    var withoutPredictions: TransferResult {
        TransferResult(
            architecture: architecture, inputSize: inputSize, start: start, fineTune: fineTune, batch: batch,
            dropout: dropout, seed: seed, epochs: epochs, bestEpoch: bestEpoch, stoppedEarly: stoppedEarly,
            classes: classes, parameters: parameters, trainableParameters: trainableParameters, training: training,
            validation: validation, test: test, inference: inference, temperature: temperature, radius: radius,
            calibrationError: calibrationError, seconds: seconds, history: history, predictions: [])
    }
}
