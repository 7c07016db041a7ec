public import Embedding
import FewShot
public import Foundation

/// A comparison: a grid of transfer trainings on one split of the pictures, and prototypes of few of them beside it.
///
///     let comparison = try Comparison(settings, in: path)   // or: try Comparison(resuming: path)
///     let results = try await comparison.run(embedder: …, stop: { … }, render: { … }) { event in … }
///
/// Every cell is an ordinary run folder. One that is finished is not run again, one that was interrupted goes on, one that fails is
/// recorded, and the others are run all the same.
public final class Comparison {
    /// Trains one cell in a run folder, and gives what it left there.
    typealias Training = (
        _ cell: ComparisonCell, _ folder: String, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TransferResult

    public private(set) var results: ComparisonResults
    private let folder: ComparisonFolder
    /// Until prototypes are measured; every run reads its own.
    private var pictures: TransferPictures?
    var train: Training

    public var settings: ComparisonSettings { results.settings }

    /// Whether prototypes are wanted and were not measured yet.
    public var needsEmbedder: Bool { !settings.prototypes.shots.isEmpty && results.prototypes.isEmpty }

    /// Begins a comparison; its settings and split are written to the folder.
    /// - Parameter progress: called with the number of pictures read and their total, from several threads.
    /// - Throws: ``TrainingError``: `conflict` when the folder holds anything, `badInput` when the data or the weights do not fit.
    public init(
        _ settings: ComparisonSettings, in path: String,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        folder = try ComparisonFolder(new: path)
        try settings.check()
        let pictures = try TransferPictures(settings, progress)
        self.pictures = pictures
        results = ComparisonResults(settings: settings, pictures: pictures.summary(settings), begun: Date())
        train = TransferCells(settings: settings, features: folder.features).train
        try folder.write(json: pictures.split, to: .split)
        try folder.write(json: settings, to: .settings)
    }

    /// Goes on with a comparison.
    /// - Throws: ``TrainingError``: `notFound` when there is none, `badInput` when its files are damaged or the data is not what it was.
    public init(resuming path: String, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in })
        throws(TrainingError)
    {
        folder = try ComparisonFolder(existing: path)
        let settings = try folder.read(ComparisonSettings.self, from: .settings)
        let pictures = try TransferPictures(settings, progress)
        self.pictures = pictures
        if let difference = pictures.split.difference(from: try folder.read(RunSplit.self, from: .split)) {
            throw TrainingError(.badInput, "the data of \(path) has changed since the comparison began: \(difference)")
        }
        results =
            folder.holds(.results)
            ? try folder.read(ComparisonResults.self, from: .results)
            : ComparisonResults(settings: settings, pictures: pictures.summary(settings), begun: Date())
        train = TransferCells(settings: settings, features: folder.features).train
    }

    /// Makes the report's files again from what a comparison has found.
    /// - Throws: ``TrainingError``: `notFound` when there is no comparison, or it has found nothing yet, `conflict` when it is at work.
    public static func render(in path: String, _ render: (ComparisonResults) -> [String: Data]) throws(TrainingError) {
        let folder = try ComparisonFolder(existing: path)
        try folder.write(render(try folder.read(ComparisonResults.self, from: .results)))
    }

    /// Measures prototypes and runs every cell that is not finished.
    /// - Parameters:
    ///   - embedder: makes the prototypes; needed where ``needsEmbedder``.
    ///   - stop: asked after every step; true ends the run at hand with a checkpoint.
    ///   - render: the report's files by name, made again after every run.
    /// - Throws: ``TrainingError``: `interrupted` after a stop, `storage` for a full disk.
    public func run(
        embedder: Embedder?, stop: @Sendable () -> Bool, render: (ComparisonResults) -> [String: Data],
        report: (ComparisonEvent) -> Void
    ) async throws(TrainingError) -> ComparisonResults {
        let cells = settings.grid.cells
        let finished = results.runs.count { $0.status == .finished }
        report(
            .start(
                .init(
                    folder: folder.path, runs: cells.count, finished: finished, skipped: pictures?.skipped ?? [])))
        if let embedder, let pictures, needsEmbedder {
            let measuring = PrototypeMeasuring(
                embedder: embedder, settings: settings.prototypes, seed: settings.seed)
            results.prototypes = try await telling { () async throws(TrainingError) in
                try await measuring.run(training: pictures.training, test: pictures.test, stop: stop) {
                    report(.prototypes(done: $0, pictures: $1))
                }
            }
        }
        pictures = nil
        try publish(render)
        for (index, cell) in cells.enumerated() where results.runs[index].status != .finished {
            let place = ComparisonEvent.Place(run: cell.slug, number: index + 1, runs: cells.count)
            results.runs[index] = try await telling { () async throws(TrainingError) in
                try await outcome(cell, stop) { event in
                    // Its start and its end are told by the comparison's own events.
                    switch event {
                    case .features, .progress, .epoch: report(.training(place, event))
                    case .start, .finish: break
                    }
                }
            }
            if results.bestRun()?.cell == cell, results.best?.cell != cell {
                results.best = RunDetails(cell, try TransferResult(run: folder.run(cell)).predictions)
            }
            try publish(render)
            report(.run(place, results.runs[index]))
        }
        let failed = results.runs.count { $0.status == .failed }
        report(.finish(.init(folder: folder.path, finished: cells.count - failed, failed: failed)))
        return results
    }

    private func outcome(_ cell: ComparisonCell, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void)
        async throws(TrainingError) -> ComparisonResults.Run
    {
        do throws(TrainingError) {
            return .init(cell, try await train(cell, folder.run(cell), stop, report))
        } catch {
            // What would end the next run as well ends the comparison.
            if error.code == .interrupted || error.code == .storage { throw error }
            return .init(cell, failed: error.message)
        }
    }

    private func publish(_ render: (ComparisonResults) -> [String: Data]) throws(TrainingError) {
        try folder.write(json: results, to: .results)
        try folder.write(render(results))
    }

    /// Adds to an error what is left of the comparison.
    private func telling<T>(_ work: () async throws(TrainingError) -> T) async throws(TrainingError) -> T {
        do { return try await work() } catch {
            let finished = results.runs.count { $0.status == .finished }
            throw TrainingError(
                error.code,
                "\(error.message)\n\(finished) of \(results.runs.count) runs are finished; go on with aniwho compare --resume \(folder.path)"
            )
        }
    }
}

extension TransferPictures {
    /// The pictures that every run of a comparison has.
    fileprivate init(_ settings: ComparisonSettings, _ progress: @escaping @Sendable (Int, Int) -> Void)
        throws(TrainingError)
    {
        guard let cell = settings.grid.cells.first else { preconditionFailure("a grid has a cell") }
        try self.init(settings.configuration(cell, features: ""), Transfer(), progress)
    }

    fileprivate func summary(_ settings: ComparisonSettings) -> ComparisonResults.Pictures {
        let names = settings.data.map { path in path.split(separator: "/").last.map(String.init) ?? path }
        return ComparisonResults.Pictures(
            name: names.joined(separator: ", "), classes: training.data.classes.map(\.name),
            training: training.data.imageCount, validation: validation.data.imageCount, test: test.data.imageCount)
    }
}
