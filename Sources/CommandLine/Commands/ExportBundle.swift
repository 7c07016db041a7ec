import API
import Client
import Options

enum ExportBundle: Command {
    static let declaration = Declaration(
        name: "aniwho export-bundle", summary: "write all characters to a folder that another registry can import",
        discussion: """
            Images in a folder a character, vectors and prototypes as safetensors, what was rejected, head and calibration, and a
            manifest with the size and the hash of every file. The daemon writes the folder, as its own user and readable by nobody
            else, while it goes on; it appears whole or not at all. For a copy of this very registry, see aniwho backup.
            """,
        operands: [Operand("DIR", help: "where to write it; nothing may be there yet")], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.absolutePath("DIR")
        let bundle = try console.following(
            WriteBundle.self, .init(folder: folder), arguments.client,
            lost: "the daemon ended before the bundle was written; there is none at \(folder)")
        if arguments.flag("json") { return try console.print(json: bundle) }
        console.print(
            """
            wrote \(bundle.folder): \(Show.count(bundle.characters, "character")), \(Show.count(bundle.images, "image")), \(Show.count(bundle.rejections, "rejection")), \(Show.bytes(bundle.bytes))
            enrol it elsewhere with: aniwho import-bundle \(bundle.folder)
            """)
    }
}
