import API
import Embedding
import Foundation
import Options
import Registry

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
