import Foundation

/// The folder that a run leaves: `run.json` (configuration), `split.json` (classes), `curve.jsonl` and `curve.svg`, `last.safetensors`
/// and `best.safetensors` (checkpoints), `model.safetensors` (the best epoch's network, to use); of a transfer training also `result.json`
/// and, unless it was told another place, `features`.
public final class RunFolder: Sendable {
    private let folder: LockedFolder

    public var path: String { folder.path }

    enum File: String {
        case configuration = "run.json", split = "split.json", curve = "curve.jsonl", picture = "curve.svg"
        case last = "last.safetensors", best = "best.safetensors", model = "model.safetensors"
        case result = "result.json"
    }

    /// A folder for a new run; made where it is not there.
    /// - Throws: ``TrainingError`` with `conflict` when it holds anything, `storage` when it cannot be made.
    public init(new path: String) throws(TrainingError) {
        folder = try LockedFolder(path)
        if folder.holds(File.configuration.rawValue) {
            throw TrainingError(
                .conflict, "\(path) holds a run already: go on with it by --resume \(path), or choose another folder")
        }
        guard folder.contents.isEmpty else {
            throw TrainingError(.conflict, "\(path) is not empty; a run needs a folder of its own")
        }
    }

    /// The folder of a run that was begun.
    /// - Throws: ``TrainingError`` with `notFound` when there is no run in it, `conflict` when another process has it.
    public init(existing path: String) throws(TrainingError) {
        guard Self.isBegun(path) else {
            throw TrainingError(
                .notFound, "\(path) holds no run to go on with (no \(File.configuration.rawValue) in it)")
        }
        folder = try LockedFolder(path)
    }

    /// Whether a folder holds a run that can be gone on with.
    static func isBegun(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(File.configuration.rawValue)")
    }

    func path(_ file: File) -> String { folder.path(file.rawValue) }

    func holds(_ file: File) -> Bool { folder.holds(file.rawValue) }

    /// - Throws: ``TrainingError`` with `storage`; what stood there before stays.
    func write(_ data: Data, to file: File) throws(TrainingError) { try folder.write(data, to: file.rawValue) }

    func write(json value: some Encodable, to file: File) throws(TrainingError) {
        try folder.write(json: value, to: file.rawValue)
    }

    /// - Throws: ``TrainingError`` with `badInput` when the file is damaged.
    func read<T: Decodable>(_ type: T.Type, from file: File) throws(TrainingError) -> T {
        try folder.read(type, from: file.rawValue)
    }
}
