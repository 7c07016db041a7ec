import API
import Embedding
import Foundation
import Options
import Registry

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
