import Foundation
import Platform

/// The names of the files in a folder of work that can be stopped and resumed.
public protocol ResumableFile: RawRepresentable, Sendable where RawValue == String {
    /// What the folder holds, for messages: "run", "comparison".
    static var content: String { get }
    /// The file that is there as soon as the work has begun.
    static var configuration: Self { get }
}

/// A folder that holds one piece of resumable work and belongs to one process at a time, by flock(2).
///
/// A file is always replaced as a whole, by a rename. When the disk is full, the file from before stays.
public final class ResumableFolder<File: ResumableFile>: Sendable {
    public let path: String
    private let lock: Int32

    /// A folder for new work. It is created if it does not exist.
    /// - Throws: ``TrainingError`` with `conflict` if it holds anything or another process uses it, `storage` if it cannot be created.
    public init(new path: String) throws(TrainingError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw TrainingError(.storage, "cannot create the folder \(path): \(SystemReason.text(error))")
        }
        (self.path, lock) = (path, try Self.locked(path))
        if holds(.configuration) {
            throw TrainingError(
                .conflict,
                "\(path) holds a \(File.content) already. Continue it with --resume \(path), or choose another folder.")
        }
        let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard contents.allSatisfy({ $0 == Self.lockName }) else {
            throw TrainingError(
                .conflict, "\(path) is not empty, and a \(File.content) needs a folder of its own. Choose another one.")
        }
    }

    /// The folder of work that was begun before.
    /// - Throws: ``TrainingError`` with `notFound` if there is none in it, `conflict` if another process uses it.
    public init(existing path: String) throws(TrainingError) {
        guard Self.isBegun(path) else {
            throw TrainingError(
                .notFound,
                "\(path) holds no \(File.content) to continue: there is no \(File.configuration.rawValue) in it."
            )
        }
        (self.path, lock) = (path, try Self.locked(path))
    }

    deinit { close(lock) }

    private static var lockName: String { ".lock" }

    /// The descriptor of the folder's locked lock file.
    private static func locked(_ path: String) throws(TrainingError) -> Int32 {
        let file = "\(path)/\(lockName)"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw TrainingError(.storage, "cannot write \(file): \(SystemReason.text(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw TrainingError(
                .conflict, "another process is training in \(path). Wait until it has ended, or choose another folder.")
        }
        return descriptor
    }

    /// Whether a folder holds work that can be continued.
    static func isBegun(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(File.configuration.rawValue)")
    }

    /// The path of a file or folder inside.
    func path(_ name: String) -> String { "\(path)/\(name)" }

    func path(_ file: File) -> String { path(file.rawValue) }

    func holds(_ file: File) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    /// Removes files if the folder holds nothing else, so that other work can begin in it.
    func removeIfAlone(_ files: Set<File>) where File: Hashable {
        let names = files.map(\.rawValue)
        guard let contents = try? FileManager.default.contentsOfDirectory(atPath: path),
            Set(contents).subtracting(names) == [Self.lockName]
        else { return }
        for name in names { try? FileManager.default.removeItem(atPath: path(name)) }
    }

    /// - Throws: ``TrainingError`` with `storage`. The file from before stays then.
    func write(_ data: Data, to name: String) throws(TrainingError) {
        do { try data.write(to: URL(filePath: path(name)), options: .atomic) } catch {
            throw TrainingError(.storage, "cannot write \(path(name)): \(SystemReason.text(error))")
        }
    }

    func write(_ data: Data, to file: File) throws(TrainingError) { try write(data, to: file.rawValue) }

    func write(json value: some Encodable, to file: File) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        guard var data = try? encoder.encode(value) else { preconditionFailure("the value is always valid JSON") }
        data.append(UInt8(ascii: "\n"))
        try write(data, to: file)
    }

    func read<T: Decodable>(_ type: T.Type, from file: File) throws(TrainingError) -> T {
        try Self.read(type, from: file, in: path)
    }

    /// Reads what ``write(json:to:)`` wrote. This needs no lock.
    /// - Throws: ``TrainingError``: `notFound` if the file cannot be read, `badInput` if it is damaged.
    static func read<T: Decodable>(_ type: T.Type, from file: File, in folder: String) throws(TrainingError) -> T {
        let path = "\(folder)/\(file.rawValue)"
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw TrainingError(.notFound, "cannot read \(path): \(SystemReason.text(error))")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        do { return try decoder.decode(type, from: data) } catch {
            throw TrainingError(.badInput, "\(path) is damaged: \(Self.fault(error))")
        }
    }

    /// Where the JSON of a file is wrong.
    private static func fault(_ error: any Error) -> String {
        let (what, context): (String, DecodingError.Context)
        switch error as? DecodingError {
        case .keyNotFound(let key, let place)?: (what, context) = ("it lacks “\(key.stringValue)”", place)
        case .typeMismatch(_, let place)?, .valueNotFound(_, let place)?:
            (what, context) = ("a value has the wrong type", place)
        case .dataCorrupted(let place)?:
            (what, context) = (place.codingPath.isEmpty ? "it is not JSON" : "a value is not valid", place)
        default: return "it cannot be read"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "\(what) at “\(path)”"
    }
}

/// The files of a training run.
public enum RunFile: String, ResumableFile {
    case configuration = "run.json", split = "split.json", curve = "curve.jsonl", picture = "curve.svg"
    /// Checkpoints of the last epoch and of the best one.
    case last = "last.safetensors", best = "best.safetensors"
    /// The best epoch's network, ready to use.
    case model = "model.safetensors"
    /// Only in a transfer training.
    case result = "result.json"

    public static let content = "run"
}

/// The folder of a training run. A transfer training also keeps features in `features`, unless its settings name another folder.
public typealias RunFolder = ResumableFolder<RunFile>

/// The files of a comparison, beside the report's.
enum ComparisonFile: String, ResumableFile {
    case configuration = "comparison.json", split = "split.json", results = "results.json"

    static let content = "comparison"
}

/// The folder of a comparison: `runs` holds a run folder for each cell, `features` the features of frozen networks, which the runs share.
typealias ComparisonFolder = ResumableFolder<ComparisonFile>
