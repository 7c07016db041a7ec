import API
import Client
import Options

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
