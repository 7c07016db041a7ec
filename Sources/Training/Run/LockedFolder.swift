import Foundation

/// A folder that belongs to one process at a time, kept out of the others' hands by flock(2).
///
/// Files are replaced whole, by a rename; a disk that fills leaves the ones before.
final class LockedFolder: Sendable {
    let path: String
    private let lock: Int32

    private static let lockName = ".lock"

    /// Locks a folder, which is made where it is not there.
    /// - Throws: ``TrainingError`` with `storage` when it cannot be made, `conflict` when another process has it.
    init(_ path: String) throws(TrainingError) {
        self.path = path
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw TrainingError(.storage, "the folder \(path) cannot be made: \(error.localizedDescription)")
        }
        let file = "\(path)/\(Self.lockName)"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw TrainingError(.storage, "\(file) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        // Kept last: an object that has all its properties is deinitialised when its initialiser throws, and a
        // descriptor closed twice may by then be somebody else's.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw TrainingError(.conflict, "another process is training in \(path)")
        }
        lock = descriptor
    }

    deinit { close(lock) }

    /// What lies in the folder beside the lock.
    var contents: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0 != Self.lockName }
    }

    func path(_ file: String) -> String { "\(path)/\(file)" }

    func holds(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    /// - Throws: ``TrainingError`` with `storage`; what stood there before stays.
    func write(_ data: Data, to file: String) throws(TrainingError) {
        do { try data.write(to: URL(filePath: path(file)), options: .atomic) } catch {
            throw TrainingError(.storage, "\(path(file)) cannot be written: \(error.localizedDescription)")
        }
    }

    func write(json value: some Encodable, to file: String) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        guard var data = try? encoder.encode(value) else { preconditionFailure("the value is always valid JSON") }
        data.append(UInt8(ascii: "\n"))
        try write(data, to: file)
    }

    func read<T: Decodable>(_ type: T.Type, from file: String) throws(TrainingError) -> T {
        try Self.read(type, path: path(file))
    }

    /// Reads what ``write(json:to:)`` wrote, which needs no lock.
    /// - Throws: ``TrainingError``: `notFound` when the file cannot be read, `badInput` when it is damaged.
    static func read<T: Decodable>(_ type: T.Type, path: String) throws(TrainingError) -> T {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrainingError(.notFound, "\(path) cannot be read")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        do { return try decoder.decode(type, from: data) } catch {
            throw TrainingError(.badInput, "\(path) is damaged: \(error)")
        }
    }
}
