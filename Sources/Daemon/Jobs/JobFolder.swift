import API
import Foundation

/// Where a job keeps its files: a folder of its own under the data directory.
struct JobFolder: Sendable {
    let path: String

    /// Lines of JSON: what the command told, and when it was launched.
    var events: String { path + "/events.ndjson" }
    /// What the command said to people, on standard error, when it ran last.
    var messages: String { path + "/messages.log" }
    /// Locked while a process works here.
    var lock: String { path + "/lock" }
    /// The folder that is the command's.
    var run: String { path + "/run" }
    /// What a command that succeeded leaves.
    var model: String { run + "/model.safetensors" }
    /// The registry's pictures, where they are what is trained on, while the job has not ended.
    var pictures: String { path + "/" + Self.picturesName }
    /// One character's.
    func pictures(of character: Int64) -> String { "\(pictures)/\(character)" }
    /// Which folder is whose.
    var classList: String { path + "/" + Self.classListInFolder }

    /// The class list as the command, which works in this folder, is told it: the folder's own path may hold commas, which separate paths.
    static let classListInFolder = picturesName + "/classes.json"
    private static let picturesName = "pictures"

    init(of job: Int64, in dataDirectory: String) {
        let data = URL(filePath: dataDirectory, directoryHint: .isDirectory).absoluteURL.standardized.path
        path = "\(data)/jobs/\(job)"
    }

    /// - Throws: `storage` or `storage_full`.
    func make() throws(APIError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(fileError: error, "the folder \(path) cannot be made") }
    }

    /// Whether a run that was interrupted can go on: it has written a checkpoint, which its command replaces whole.
    var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: run + "/last.safetensors") }

    /// Removes what a run without a checkpoint has left, so that it may start anew.
    /// - Throws: `storage`.
    func clearRun() throws(APIError) { try Self.remove(run) }

    /// Removes the registry's pictures.
    /// - Throws: `storage`.
    func removePictures() throws(APIError) { try Self.remove(pictures) }

    /// Removes everything: what lies here before its job began is of another registry's.
    /// - Throws: `storage`.
    func clear() throws(APIError) { try Self.remove(path) }

    private static func remove(_ path: String) throws(APIError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw APIError(fileError: error, "\(path) cannot be removed")
        }
    }

    /// The last thing the command said, without its name before it; nil when it said nothing.
    var lastMessage: String? {
        guard let line = Self.lastLine(of: messages) else { return nil }
        return line.hasPrefix("aniwho: ") ? String(line.dropFirst("aniwho: ".count)) : line
    }

    /// Whether the last event says that the command has done its work.
    var hasFinished: Bool {
        guard let line = Self.lastLine(of: events) else { return false }
        return (try? JSON.decode(JSONValue.self, from: Data(line.utf8)))?["event"]?.string == "finish"
    }

    /// The last line of a file that is not blank.
    private static func lastLine(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: end > 8192 ? end - 8192 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.last { !$0.isEmpty }
    }
}
