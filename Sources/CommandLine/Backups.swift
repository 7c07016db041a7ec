import API
import Client
import Embedding
import Foundation
import Options
import Registry
import Synchronization

enum Backup: Command {
    static let declaration = Declaration(
        name: "aniwho backup", summary: "write everything in the registry to one file, while the daemon goes on",
        discussion: """
            Characters, pictures, models, classifiers, vectors, jobs and the log of changes, as they are when the backup begins. The
            daemon writes the file, as its own user and readable by nobody else; it appears whole or not at all. The folders of
            trainings under way are not part of it: they begin again. Put a backup back with aniwho restore.
            """,
        operands: [Operand("FILE", help: "where to write it")],
        options: [Option("force", help: "take the place of an earlier backup"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = arguments.absolutePath("FILE")
        let request = WriteBackup.Request(file: file, replace: arguments.flag("force"))
        let backup = try console.following(
            WriteBackup.self, request, arguments.client,
            lost: "the daemon ended before the backup was written; there is none at \(file)")
        if arguments.flag("json") { return try console.print(json: backup) }
        console.print(
            "wrote \(backup.file), \(Show.bytes(backup.bytes)); check it with: aniwho verify-backup \(backup.file)")
    }
}

enum VerifyBackup: Command {
    static let declaration = Declaration(
        name: "aniwho verify-backup", summary: "check a backup from its first page to its last picture",
        discussion: """
            SQLite's own check of every page, the schema, references, and the hash of every picture, model and classifier. It needs
            no daemon, and reads only.
            """,
        operands: [.backup], options: [.json])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try arguments.backup
        let progress = CountedProgress("checking", console)
        let summary = try BackupFile.verify(file, digest: ContentHash.sha256, progress: progress.update)
        if arguments.flag("json") { return try console.print(json: ContentRecord(summary)) }
        console.print("\(file) is whole\n\(ContentRecord.text(summary))")
    }
}

enum Restore: Command {
    static let declaration = Declaration(
        name: "aniwho restore", summary: "put a backup into a data directory, where a daemon will serve it",
        discussion: """
            The backup is checked first, as verify-backup does. No daemon may serve the directory. With --force the backup takes the
            place of the registry that is there, which is kept beside it as aniwho.db.replaced.
            """,
        operands: [.backup],
        options: [
            .data, Option("force", help: "replace the registry that is there"), .json,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try arguments.backup
        let data = arguments["data"] ?? Locations.data()
        let (checking, copying) = (CountedProgress("checking", console), CountedProgress("copying", console))
        let restored = try Registry.$author.withValue("uid \(getuid())") {
            try BackupFile.restore(
                file, to: data, replacing: arguments.flag("force"), digest: ContentHash.sha256,
                verifying: checking.update, copying: copying.update)
        }
        if let kept = restored.replaced { console.warn("the registry that was there is kept as \(kept)") }
        if arguments.flag("json") { return try console.print(json: ContentRecord(restored.summary)) }
        console.print(
            "restored \(data)\n\(ContentRecord.text(restored.summary))\nserve it with: aniwhod --data \(data)")
    }
}

enum Check: Command {
    static let declaration = Declaration(
        name: "aniwho check", summary: "check a data directory from its first page to its last picture",
        discussion: """
            SQLite's own check of every page, the schema, references, prototypes, and the hash of every picture, model and
            classifier, as they are at this moment. It reads the files itself, so that a daemon may serve them meanwhile or may be
            unable to; it changes nothing, and says what to do about damage.
            """,
        options: [.data, .json])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = arguments["data"] ?? Locations.data()
        let progress = CountedProgress("checking", console)
        let summary = try Registry.check(directory: data, digest: ContentHash.sha256, progress: progress.update)
        if arguments.flag("json") { return try console.print(json: ContentRecord(summary)) }
        console.print("\(data) is whole\n\(ContentRecord.text(summary))")
    }
}

extension Operand {
    static let backup = Operand("FILE", help: "the backup")
}

extension Option {
    static let data = Option("data", "DIR", help: "the data directory (default: $ANIWHO_DATA, or see aniwhod --help)")
}

extension Arguments {
    /// The operand of this name as an absolute path.
    func absolutePath(_ name: String) -> String {
        URL(filePath: operand(name) ?? "").absoluteURL.standardized.path
    }

    /// The backup that is to be read.
    /// - Throws: `Failure` when there is no such file.
    var backup: String {
        get throws(Failure) {
            let file = absolutePath("FILE")
            guard FileManager.default.fileExists(atPath: file) else {
                throw Failure(.notFound, "there is no file \(file)")
            }
            return file
        }
    }
}

/// What a registry or a backup holds, as JSON and as people read it.
struct ContentRecord: Encodable {
    let bytes, schema, characters, images, models, classifiers, prototypes: Int
    let latestSchema: Int
    let activeModel: String?
    let lastChange: Date?

    init(_ summary: ContentSummary) {
        bytes = summary.bytes
        schema = summary.schema
        latestSchema = summary.latestSchema
        characters = summary.counts.characters
        images = summary.counts.images
        models = summary.counts.models
        classifiers = summary.counts.classifiers
        prototypes = summary.counts.prototypes
        activeModel = summary.activeModel
        lastChange = summary.lastChange
    }

    static func text(_ summary: ContentSummary) -> String {
        let counts = summary.counts
        let older = summary.schema < summary.latestSchema ? "; the daemon brings it to \(summary.latestSchema)" : ""
        return """
            size        \(Show.bytes(summary.bytes))
            schema      \(summary.schema)\(older)
            characters  \(counts.characters)
            images      \(counts.images)
            models      \(counts.models), \(summary.activeModel.map { "\($0) answers" } ?? "none answers")
            classifiers \(counts.classifiers)
            prototypes  \(counts.prototypes)
            last change \(summary.lastChange.map { $0.ISO8601Format() } ?? "none")
            """
    }
}

/// A progress bar whose whole is known with the first report.
final class CountedProgress: Sendable {
    private let title: String
    private let console: Console
    private let bar = Mutex<ProgressBar?>(nil)

    init(_ title: String, _ console: Console) {
        self.title = title
        self.console = console
    }

    func update(_ done: Int, of total: Int) {
        bar.withLock { bar in
            let shown = bar ?? ProgressBar(title, total: total, console: console)
            bar = shown
            shown.update(done)
        }
    }
}
