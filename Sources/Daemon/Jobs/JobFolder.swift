import API
import Foundation

/// The folder of a job's files.
struct JobFolder: Sendable {
    /// See ``Registry/jobFolder(_:)``.
    let path: String

    /// Lines of JSON: the command's events, and the daemon's `launch` events.
    var events: String { path + "/events.ndjson" }
    /// The command's standard error of its last run.
    var messages: String { path + "/messages.log" }
    /// Locked while a process works here.
    var lock: String { path + "/lock" }
    /// The folder that the command writes to.
    var run: String { path + "/run" }
    /// The file that a command leaves when it succeeds.
    var model: String { run + "/model.safetensors" }
    /// The page that a comparison writes.
    var report: String { run + "/report.html" }
    /// What work that leaves a file was about to give that file; see ``PlacedFile``.
    var placed: String { path + "/placed.json" }
    /// A copy of the registry's pictures, if the job trains on them; it is removed when the job ends.
    var pictures: String { path + "/" + Self.picturesName }
    /// The pictures of one character.
    func pictures(of character: Int64) -> String { "\(pictures)/\(character)" }
    /// The file that gives each folder of pictures its character's name.
    var classList: String { path + "/" + Self.classListInFolder }

    /// The path of the class list relative to this folder, which is the command's working folder. The absolute path may contain commas, and
    /// the command's option separates paths by commas.
    static let classListInFolder = picturesName + "/enrolled.json"
    private static let picturesName = "pictures"

    /// - Throws: `storage` or `storage_full`.
    func make() throws(APIError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(fileError: error, "cannot create the folder \(path)") }
    }

    /// The size of all files in it, in bytes.
    var bytes: Int64 {
        let keys: [URLResourceKey] = [.isRegularFileKey, .fileSizeKey]
        let files = FileManager.default.enumerator(at: URL(filePath: path), includingPropertiesForKeys: keys)
        var total: Int64 = 0
        while let file = files?.nextObject() as? URL {
            guard let values = try? file.resourceValues(forKeys: Set(keys)), values.isRegularFile == true else {
                continue
            }
            total += Int64(values.fileSize ?? 0)
        }
        return total
    }

    /// Whether an interrupted run can go on: a training has written a checkpoint, which it replaces atomically; a comparison has written its
    /// settings, which it does once it has read the pictures.
    func canGoOn(_ kind: JobKind) -> Bool {
        FileManager.default.fileExists(atPath: run + (kind == .compare ? "/comparison.json" : "/last.safetensors"))
    }

    /// Removes the files of a run that cannot go on, so that it can start again from the beginning.
    /// - Throws: `storage`.
    func clearRun() throws(APIError) { try Self.remove(run) }

    /// Removes the copy of the registry's pictures.
    /// - Throws: `storage`.
    func removePictures() throws(APIError) { try Self.remove(pictures) }

    /// Removes the folder. Before a job starts, its folder can only hold files of a job in another registry, such as one that a backup
    /// replaced.
    /// - Throws: `storage`.
    func clear() throws(APIError) { try Self.remove(path) }

    private static func remove(_ path: String) throws(APIError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw APIError(fileError: error, "cannot remove \(path)")
        }
    }

    /// The last message on the command's standard error, without the leading `aniwho: `; nil when it wrote nothing. `mpirun` writes more
    /// lines after that of the command.
    var lastMessage: String? {
        let lines = Self.lastLines(of: messages)
        for line in lines.reversed() {
            if line.hasPrefix("aniwho: ") { return String(line.dropFirst("aniwho: ".count)) }
            let error = (try? JSON.decode(JSONValue.self, from: Data(line.utf8)))?["error"]
            if let message = error?["message"]?.string { return message }
        }
        return lines.last
    }

    /// Whether the last event says that the command has finished its work.
    var hasFinished: Bool {
        guard let line = Self.lastLines(of: events).last else { return false }
        return (try? JSON.decode(TrainingLine.self, from: Data(line.utf8)))?.event == .finish
    }

    /// The last lines of a file, without those that are blank.
    private static func lastLines(of path: String) -> [String] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: end > 8192 ? end - 8192 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.filter { !$0.isEmpty }
    }
}
