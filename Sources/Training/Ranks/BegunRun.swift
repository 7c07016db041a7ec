import Foundation
import NeuralNetwork

/// The files of a run that goes on, which rank 0 reads and gives to the others: their machines need not have its folder.
struct BegunRun {
    /// The folder's path, on rank 0's machine.
    let path: String
    let configuration: TrainingConfiguration
    let split: RunSplit
    /// Rank 0's file; nil on the other ranks and for a run that has no checkpoint yet.
    private let file: String?
    /// The same as bytes from rank 0, on the other ranks; empty for none.
    private let bytes: Data

    /// - Parameter folder: of rank 0; nil on the others.
    /// - Throws: ``TrainingError`` if a file is damaged, or the run began on another number of ranks.
    init(_ folder: RunFolder?, _ collective: some Collective) throws(TrainingError) {
        var begun: Head?
        if let folder {
            let configuration = try folder.read(TrainingConfiguration.self, from: .configuration)
            begun = Head(
                path: folder.path, configuration: configuration, split: try folder.read(RunSplit.self, from: .split))
        }
        let head = try collective.share(value: begun)
        (path, configuration, split) = (head.path, head.configuration, head.split)
        guard configuration.rankCount == collective.ranks else {
            throw TrainingError(
                .badInput,
                "\(path) holds a run on \(Self.ranks(configuration.rankCount)), and this is \(Self.ranks(collective.ranks)): the number decides what a step sees. Continue it on as many ranks as it began with, or begin a new run with --weights \(path)/\(RunFile.last.rawValue)."
            )
        }
        file = folder.flatMap { $0.holds(.last) ? $0.path(.last) : nil }
        guard collective.ranks > 1 else {
            bytes = Data()
            return
        }
        var own = Data()
        if let file {
            do { own = try Data(contentsOf: URL(filePath: file)) } catch {
                throw TrainingError(.notFound, "cannot read \(file): \(error.localizedDescription)")
            }
        }
        bytes = try collective.share(own)
    }

    private struct Head: Codable {
        let path: String
        let configuration: TrainingConfiguration
        let split: RunSplit
    }

    private static func ranks(_ count: Int) -> String { count == 1 ? "one rank" : "\(count) ranks" }

    /// The last checkpoint; nil for a run that has none.
    /// - Throws: ``TrainingError`` if it is damaged or was made on another number of ranks.
    func checkpoint(_ configuration: TrainingConfiguration, _ graph: Graph) throws(TrainingError) -> Checkpoint? {
        let checkpoint: Checkpoint
        if let file {
            checkpoint = try Checkpoint(path: file, architecture: configuration.architecture, graph: graph)
        } else if !bytes.isEmpty {
            checkpoint = try Checkpoint(bytes, from: path, architecture: configuration.architecture, graph: graph)
        } else {
            return nil
        }
        guard (checkpoint.state.ranks ?? 1) == configuration.rankCount else {
            throw TrainingError(
                .badInput,
                "the checkpoint in \(path) was made on \(Self.ranks(checkpoint.state.ranks ?? 1)), and run.json says \(Self.ranks(configuration.rankCount)). Restore the files of one run."
            )
        }
        return checkpoint
    }
}
