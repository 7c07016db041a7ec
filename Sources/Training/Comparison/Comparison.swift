public import Embedding
import FewShot
public import Foundation

/// A comparison: a grid of transfer trainings on one split of the pictures, beside prototypes of a few of these pictures.
///
///     let comparison = try Comparison(settings, in: path)   // or: try Comparison(resuming: path)
///     let results = try await comparison.run(embedder: …, stop: { … }, render: { … }) { event in … }
///
/// Every cell has an ordinary run folder. A finished run is not repeated and an interrupted one continues. A failed run is recorded, and
/// the others still run.
public final class Comparison {
    /// Trains one cell in a run folder and returns the result that it left there.
    typealias Training = (
        _ cell: ComparisonCell, _ folder: String, _ stop: @Sendable () -> Bool, _ report: (TrainingEvent) -> Void
    ) async throws(TrainingError) -> TransferResult

    public private(set) var results: ComparisonResults
    private let folder: ComparisonFolder
    /// Freed after the prototypes are measured. Every run reads its own pictures.
    private var pictures: TransferPictures?
    var train: Training

    public var settings: ComparisonSettings { results.settings }

    /// Whether prototypes remain to be measured.
    public var needsEmbedder: Bool { !settings.prototypes.shots.isEmpty && results.prototypes.isEmpty }

    /// Begins a comparison and writes its settings and split to the folder.
    /// - Parameter progress: called with the number of pictures read and their total, from several threads.
    /// - Throws: ``TrainingError``: `conflict` if the folder holds anything, `badInput` if the data or the weights do not fit.
    public init(
        _ settings: ComparisonSettings, in path: String,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) {
        folder = try ComparisonFolder(new: path)
        try settings.check()
        let pictures = try TransferPictures(settings, progress)
        self.pictures = pictures
        results = ComparisonResults(settings: settings, pictures: pictures.summary(settings), begun: Date())
        train = CellTraining(settings: settings, features: folder.path("features")).train
        try folder.write(json: pictures.split, to: .split)
        try folder.write(json: settings, to: .configuration)
    }

    /// Continues a comparison.
    /// - Throws: ``TrainingError``: `notFound` if there is none, `badInput` if its files are damaged or the data has changed.
    public init(resuming path: String, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in })
        throws(TrainingError)
    {
        folder = try ComparisonFolder(existing: path)
        let settings = try folder.read(ComparisonSettings.self, from: .configuration)
        let pictures = try TransferPictures(settings, progress)
        self.pictures = pictures
        if let difference = pictures.split.difference(from: try folder.read(RunSplit.self, from: .split)) {
            throw TrainingError(
                .badInput,
                "the data of \(path) has changed since the comparison began: \(difference). Restore it, or begin a new comparison."
            )
        }
        results =
            folder.holds(.results)
            ? try folder.read(ComparisonResults.self, from: .results)
            : ComparisonResults(settings: settings, pictures: pictures.summary(settings), begun: Date())
        train = CellTraining(settings: settings, features: folder.path("features")).train
    }

    /// Writes the report's files again from a comparison's results.
    /// - Throws: ``TrainingError``: `notFound` if there is no comparison or it has no results yet, `conflict` if it is running.
    public static func render(in path: String, _ render: (ComparisonResults) -> [String: Data]) throws(TrainingError) {
        let folder = try ComparisonFolder(existing: path)
        try write(render(try folder.read(ComparisonResults.self, from: .results)), to: folder)
    }

    /// Measures prototypes and runs every cell that is not finished.
    /// - Parameters:
    ///   - embedder: computes the prototypes. It must be there if ``needsEmbedder`` is true.
    ///   - stop: called after every step; true ends the current run with a checkpoint.
    ///   - render: makes the report's files, by name. Called after every run.
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
            let measuring = PrototypeMeasurement(
                embedder: embedder, settings: settings.prototypes, seed: settings.seed)
            results.prototypes = try await namingProgress { () async throws(TrainingError) in
                try await measuring.run(training: pictures.training, test: pictures.test, stop: stop) {
                    report(.prototypes(done: $0, pictures: $1))
                }
            }
        }
        pictures = nil
        try publish(render)
        for (index, cell) in cells.enumerated() where results.runs[index].status != .finished {
            let place = ComparisonEvent.Place(run: cell.slug, number: index + 1, runs: cells.count)
            results.runs[index] = try await namingProgress { () async throws(TrainingError) in
                try await outcome(cell, stop) { event in
                    // The comparison has its own events for the start and the end of a run.
                    switch event {
                    case .features, .progress, .epoch: report(.training(place, event))
                    case .start, .finish: break
                    }
                }
            }
            if results.bestRun()?.cell == cell, results.best?.cell != cell {
                results.best = RunDetails(cell, try TransferResult(run: folder.path("runs/\(cell.slug)")).predictions)
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
            return .init(cell, try await train(cell, folder.path("runs/\(cell.slug)"), stop, report))
        } catch {
            // These errors would end the next run as well.
            if error.code == .interrupted || error.code == .storage { throw error }
            return .init(cell, failed: error.message)
        }
    }

    private func publish(_ render: (ComparisonResults) -> [String: Data]) throws(TrainingError) {
        try folder.write(json: results, to: .results)
        try Self.write(render(results), to: folder)
    }

    /// - Parameter files: contents by name.
    private static func write(_ files: [String: Data], to folder: ComparisonFolder) throws(TrainingError) {
        for (name, content) in files.sorted(by: { $0.key < $1.key }) { try folder.write(content, to: name) }
    }

    /// Adds to an error how the comparison can be continued.
    private func namingProgress<T>(_ work: () async throws(TrainingError) -> T) async throws(TrainingError) -> T {
        do { return try await work() } catch {
            let finished = results.runs.count { $0.status == .finished }
            throw TrainingError(
                error.code,
                "\(error.message)\n\(finished) of \(results.runs.count) runs are finished. Continue with aniwho compare --resume \(folder.path)."
            )
        }
    }
}

extension TransferPictures {
    /// The pictures of every run in a comparison.
    fileprivate init(_ settings: ComparisonSettings, _ progress: @escaping @Sendable (Int, Int) -> Void)
        throws(TrainingError)
    {
        guard let cell = settings.grid.cells.first else { preconditionFailure("a grid has a cell") }
        try self.init(settings.configuration(cell, features: ""), TransferSettings(), progress)
    }

    fileprivate func summary(_ settings: ComparisonSettings) -> ComparisonResults.Pictures {
        let names = settings.data.map { path in path.split(separator: "/").last.map(String.init) ?? path }
        return ComparisonResults.Pictures(
            name: names.joined(separator: ", "), classes: training.data.classes.map(\.name),
            training: training.data.imageCount, validation: validation.data.imageCount, test: test.data.imageCount)
    }
}
