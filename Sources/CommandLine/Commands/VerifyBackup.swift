import API
import Embedding
import Options
import Registry

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
