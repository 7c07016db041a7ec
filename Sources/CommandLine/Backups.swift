import API
import Client
import Embedding
import Foundation
import Options
import Registry
import Synchronization

enum BackupCreate: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho backup create", summary: "write everything in the registry to one file, while the daemon goes on",
        discussion: """
            The file holds characters, pictures, models, classifiers, vectors, jobs and the log of changes, as they are when the backup
            begins. The daemon writes it, as its own user and readable by no other user; it appears whole or not at all. If FILE is a
            link, it appears at the link's target. The folders of running trainings are not part of it: those trainings begin again.
            aniwho backup restore puts a backup back.
            """,
        operands: [Operand("FILE", help: "where to write it")],
        options: [Option("force", help: "replace an earlier backup")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = arguments.absolutePath("FILE")
        let request = WriteBackup.Request(file: file, replace: arguments.flag("force"))
        let backup = try console.following(
            WriteBackup.self, request, arguments.client)
        if console.isJSON { return try console.print(json: backup) }
        console.print(
            "wrote \(backup.file), \(Show.bytes(backup.bytes)); check it with: aniwho backup verify \(backup.file)")
    }
}

enum BackupVerify: Command {
    static let declaration = Declaration(
        name: "aniwho backup verify", summary: "check a backup from its first page to its last picture",
        discussion: """
            Checks every page with SQLite's own check, the schema, the references, and the hash of every picture, model and
            classifier. It needs no daemon, and only reads.
            """,
        operands: [.backup])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try arguments.backup
        let progress = CountedProgress("checking", console)
        let summary = try BackupFile.verify(file, digest: ContentHash.sha256, progress: progress.update)
        if console.isJSON { return try console.print(json: ContentRecord(summary)) }
        console.print("\(file) is whole\n\(ContentRecord.text(summary))")
    }
}

enum BackupRestore: AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho backup restore", summary: "put a backup into a data directory, for a daemon to serve",
        discussion: """
            The command checks the backup first, as aniwho backup verify does. No daemon may serve the directory. With --force the
            backup replaces the registry that is there, which is kept beside it as aniwho.db.replaced, or .replaced-2 and so on if it is
            not the first.
            """,
        operands: [.backup, Operand("DIR", help: "the data directory; it is created if need be")],
        options: [Option("force", help: "replace the registry that is there")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = try arguments.backup
        let data = arguments.word("DIR")
        let replaces = arguments.flag("force")
        if replaces { try console.confirm(arguments) { "Replace the registry in \(data)?" } }
        let (checking, copying) = (CountedProgress("checking", console), CountedProgress("copying", console))
        let restored = try Registry.$author.withValue("uid \(getuid())") {
            try BackupFile.restore(
                file, to: data, replacing: replaces, digest: ContentHash.sha256,
                verifying: checking.update, copying: copying.update)
        }
        if let kept = restored.replaced { console.warn("the registry that was there is kept as \(kept)") }
        if console.isJSON { return try console.print(json: ContentRecord(restored.summary)) }
        console.print(
            "restored \(data)\n\(ContentRecord.text(restored.summary))\nserve it with: aniwhod --data \(data)")
    }
}

enum Check: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho check", summary: "check a data directory from its first page to its last picture",
        discussion: """
            Checks every page with SQLite's own check, the schema, the references, the prototypes, and the hash of every picture,
            model and classifier. It reads the files itself: a daemon may serve them meanwhile, or be unable to. It changes
            nothing, and says what to do about damage. Without --data it checks the directory that $ANIWHO_DATA names, or else the
            one that the running daemon serves. With --registry it checks a registry in PostgreSQL, which looks after its pages and
            references itself.
            """,
        options: [
            Option("data", "DIR", help: "the data directory (default: $ANIWHO_DATA, else the running daemon's)"),
            Option("registry", "URL", help: "check the registry in this PostgreSQL database instead"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let progress = CountedProgress("checking", console)
        let (name, summary): (String, ContentSummary)
        if let address = arguments["registry"] {
            guard arguments["data"] == nil else {
                throw Failure(.usage, "--data and --registry name two registries; give one of them")
            }
            name = Registry.shown(address)
            summary = try Registry.check(database: address, digest: ContentHash.sha256, progress: progress.update)
        } else {
            name = try arguments["data"] ?? directory(arguments)
            summary = try Registry.check(directory: name, digest: ContentHash.sha256, progress: progress.update)
        }
        if console.isJSON { return try console.print(json: ContentRecord(summary)) }
        console.print("\(name) is whole\n\(ContentRecord.text(summary))")
    }

    /// The directory of the variable, of the daemon that runs on this machine, or where a daemon would have it.
    private static func directory(_ arguments: Arguments) throws -> String {
        let variable = ProcessInfo.processInfo.environment["ANIWHO_DATA"] ?? ""
        let address = try arguments.daemonAddress
        guard variable.isEmpty, case .socket = address else { return Locations.data() }
        let client = Client(address, timeouts: .init(connect: 2, answer: 5))
        do throws(ClientError) {
            let served = try client.call(GetStatus.self).dataDirectory
            guard served.hasPrefix("/") else {
                throw ClientError(
                    .usage, "the daemon was started with the relative directory \(served): name it with --data")
            }
            return served
        } catch {
            guard error.code != .usage else { throw error }
            return Locations.data()
        }
    }
}

extension Operand {
    static let backup = Operand("FILE", help: "the backup")
}

extension Arguments {
    /// The operand of this name as an absolute path.
    func absolutePath(_ name: String) -> String {
        URL(filePath: operand(name) ?? "").absoluteURL.standardized.path
    }

    /// The backup to read.
    /// - Throws: `Failure` when there is no such file.
    var backup: String {
        get throws(Failure) {
            let file = absolutePath("FILE")
            guard FileManager.default.fileExists(atPath: file) else {
                throw Failure(.fileNotFound, "there is no file \(file)")
            }
            return file
        }
    }
}

/// What a registry or a backup holds.
struct ContentRecord: Encodable {
    let bytes, schema, characters, images, packImages, models, classifiers, prototypes: Int
    let latestSchema: Int
    let activeModel: String?
    let lastChange: Date?

    init(_ summary: ContentSummary) {
        bytes = summary.bytes
        schema = summary.schema
        latestSchema = summary.latestSchema
        characters = summary.counts.characters
        images = summary.counts.images
        packImages = summary.counts.packImages
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
            images      \(Show.images(counts.images, ofPacks: counts.packImages))
            models      \(counts.models), \(summary.activeModel.map { "\($0) answers" } ?? "none answers")
            classifiers \(counts.classifiers)
            prototypes  \(counts.prototypes)
            last change \(summary.lastChange.map { $0.ISO8601Format() } ?? "none")
            """
    }
}
