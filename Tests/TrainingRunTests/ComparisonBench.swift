import Foundation
import Statistics
import Synchronization
import Testing

@testable import Training

/// A comparison of three cells on drawn characters that records what is trained and published.
final class ComparisonBench {
    let fixture: Fixture
    private let log = Mutex<[String]>([])
    private(set) var published: [ComparisonResults] = []

    var folder: String { "\(fixture.path)/comparison" }
    var trained: [String] { log.withLock { $0 } }

    init() async throws {
        fixture = try Fixture()
        try await fixture.draw(characters: 10, images: 10)
    }

    var settings: ComparisonSettings {
        ComparisonSettings(
            grid: .init(
                models: [.init(architecture: "resnet10")], batches: [8], fineTunes: [.none], dropouts: [0.2, 0.5, 0.8]),
            data: [fixture.data], epochs: 1, threads: 1, prototypes: .init(model: "", shots: []))
    }

    /// Begins the comparison and runs it.
    /// - Parameter failure: what the cell of a slug ends with.
    func begin(_ failure: @escaping (String) -> TrainingError? = { _ in nil }) async throws -> ComparisonResults {
        try await run(try Comparison(settings, in: folder), failure)
    }

    /// Goes on with it.
    func resume(_ failure: @escaping (String) -> TrainingError? = { _ in nil }) async throws -> ComparisonResults {
        try await run(try Comparison(resuming: folder), failure)
    }

    /// Writes a result to the cell's folder, unless `failure` has an error for its slug. Validation falls with the dropout, the test rises.
    func training(_ failure: @escaping (String) -> TrainingError?) -> Comparison.Training {
        log.withLock { $0 = [] }
        return { [self] cell, folder, _, _ async throws(TrainingError) in
            log.withLock { $0.append(cell.slug) }
            if let error = failure(cell.slug) { throw error }
            let result = result(cell)
            try RunFolder(new: folder).write(json: result, to: .result)
            return result
        }
    }

    private func run(_ comparison: Comparison, _ failure: @escaping (String) -> TrainingError?) async throws
        -> ComparisonResults
    {
        published = []
        comparison.train = training(failure)
        return try await comparison.run(
            embedder: nil, stop: { false },
            render: { results in
                self.published.append(results)
                return ["report.html": Data("report".utf8)]
            }, report: { _ in })
    }

    private func result(_ cell: ComparisonCell) -> TransferResult {
        func score(_ value: Double) -> TransferResult.Score {
            let share = Estimate(mean: value, interval: value...value)
            return .init(images: 3, loss: 1, top1: share, top5: share)
        }
        let picture = (try? FileManager.default.subpathsOfDirectory(atPath: fixture.data))?.first {
            $0.hasSuffix(".png")
        }
        func prediction(_ path: String, _ told: Int, _ probability: Double) -> TransferResult.Prediction {
            .init(
                path: path, label: 0, candidates: [told], probabilities: [probability],
                labelProbability: 1 - probability)
        }
        return TransferResult(
            architecture: cell.model, inputSize: 96, start: "random", fineTune: "none", batch: cell.batch,
            dropout: cell.dropout, seed: 1, epochs: 1, bestEpoch: 1, stoppedEarly: false, classes: ["a", "b"],
            parameters: 1, trainableParameters: 1, training: score(1), validation: score(1 - cell.dropout),
            test: score(cell.dropout), inference: .init(batch1: 1, batch32: 2, threads: 1), temperature: 1, radius: nil,
            calibrationError: 0, seconds: 1, history: [],
            predictions: [
                prediction("/nothing.png", 1, 0.6), prediction("/right.png", 0, 0.99),
                prediction("\(fixture.data)/\(picture ?? "")", 1, 0.9),
            ])
    }
}
