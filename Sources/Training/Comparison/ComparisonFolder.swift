import Foundation

/// The folder that a comparison leaves: `comparison.json` (settings), `split.json` (pictures of each part), `results.json`, the report's
/// files, `runs` with a run folder for each cell, and `features` of frozen networks, which the runs share.
final class ComparisonFolder: Sendable {
    private let folder: LockedFolder

    var path: String { folder.path }

    enum File: String {
        case settings = "comparison.json", split = "split.json", results = "results.json"
    }

    /// A folder for a new comparison; made where it is not there.
    /// - Throws: ``TrainingError`` with `conflict` when it holds anything, `storage` when it cannot be made.
    init(new path: String) throws(TrainingError) {
        folder = try LockedFolder(path)
        if folder.holds(File.settings.rawValue) {
            throw TrainingError(
                .conflict,
                "\(path) holds a comparison already: go on with it by --resume \(path), or choose another folder")
        }
        guard folder.contents.isEmpty else {
            throw TrainingError(.conflict, "\(path) is not empty; a comparison needs a folder of its own")
        }
    }

    /// The folder of a comparison that was begun.
    /// - Throws: ``TrainingError`` with `notFound` when there is none in it, `conflict` when another process has it.
    init(existing path: String) throws(TrainingError) {
        guard FileManager.default.fileExists(atPath: "\(path)/\(File.settings.rawValue)") else {
            throw TrainingError(.notFound, "\(path) holds no comparison (no \(File.settings.rawValue) in it)")
        }
        folder = try LockedFolder(path)
    }

    var features: String { folder.path("features") }

    func run(_ cell: ComparisonCell) -> String { folder.path("runs/\(cell.slug)") }

    func holds(_ file: File) -> Bool { folder.holds(file.rawValue) }

    func read<T: Decodable>(_ type: T.Type, from file: File) throws(TrainingError) -> T {
        try folder.read(type, from: file.rawValue)
    }

    func write(json value: some Encodable, to file: File) throws(TrainingError) {
        try folder.write(json: value, to: file.rawValue)
    }

    /// - Parameter files: contents by name.
    func write(_ files: [String: Data]) throws(TrainingError) {
        for (name, content) in files.sorted(by: { $0.key < $1.key }) { try folder.write(content, to: name) }
    }
}
