import Foundation

/// The folder that a run leaves: `run.json` (configuration), `split.json` (classes), `curve.jsonl` and `curve.svg`, `last.safetensors`
/// and `best.safetensors` (checkpoints), `model.safetensors` (the best epoch's network, to use); of a transfer training also `result.json`
/// and, unless it was told another place, `features`.
///
/// Files are replaced whole, by a rename; a disk that fills leaves the ones before. flock(2) keeps a second process out.
public final class RunFolder: Sendable {
    public let path: String
    private let lock: Int32

    enum File: String {
        case configuration = "run.json", split = "split.json", curve = "curve.jsonl", picture = "curve.svg"
        case last = "last.safetensors", best = "best.safetensors", model = "model.safetensors"
        case result = "result.json"
    }

    private static let lockName = ".lock"

    /// A folder for a new run; made where it is not there.
    /// - Throws: ``TrainingError`` with `conflict` when it holds anything, `storage` when it cannot be made.
    public convenience init(new path: String) throws(TrainingError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw TrainingError(.storage, "the run folder \(path) cannot be made: \(error.localizedDescription)")
        }
        try self.init(locking: path)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if files.contains(File.configuration.rawValue) {
            throw TrainingError(
                .conflict, "\(path) holds a run already: go on with it by --resume \(path), or choose another folder")
        }
        guard files.allSatisfy({ $0 == Self.lockName }) else {
            throw TrainingError(.conflict, "\(path) is not empty; a run needs a folder of its own")
        }
    }

    /// The folder of a run that was begun.
    /// - Throws: ``TrainingError`` with `notFound` when there is no run in it, `conflict` when another process has it.
    public convenience init(existing path: String) throws(TrainingError) {
        guard FileManager.default.fileExists(atPath: "\(path)/\(File.configuration.rawValue)") else {
            throw TrainingError(
                .notFound, "\(path) holds no run to go on with (no \(File.configuration.rawValue) in it)")
        }
        try self.init(locking: path)
    }

    private init(locking path: String) throws(TrainingError) {
        self.path = path
        let file = "\(path)/\(Self.lockName)"
        lock = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else {
            throw TrainingError(.storage, "\(file) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw TrainingError(.conflict, "another process is training in \(path)")
        }
    }

    deinit { close(lock) }

    func path(_ file: File) -> String { "\(path)/\(file.rawValue)" }

    func holds(_ file: File) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    /// - Throws: ``TrainingError`` with `storage`; what stood there before stays.
    func write(_ data: Data, to file: File) throws(TrainingError) {
        do { try data.write(to: URL(filePath: path(file)), options: .atomic) } catch {
            throw TrainingError(.storage, "\(path(file)) cannot be written: \(error.localizedDescription)")
        }
    }

    func write(json value: some Encodable, to file: File) throws(TrainingError) {
        guard var data = try? RunFolder.encoder.encode(value) else {
            preconditionFailure("the value is always valid JSON")
        }
        data.append(UInt8(ascii: "\n"))
        try write(data, to: file)
    }

    /// - Throws: ``TrainingError`` with `badInput` when the file is damaged.
    func read<T: Decodable>(_ type: T.Type, from file: File) throws(TrainingError) -> T {
        try Self.read(type, from: path(file))
    }

    static func read<T: Decodable>(_ type: T.Type, from path: String) throws(TrainingError) -> T {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrainingError(.notFound, "\(path) cannot be read")
        }
        do { return try decoder.decode(type, from: data) } catch {
            throw TrainingError(.badInput, "\(path) is damaged: \(error)")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
