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

enum ImportBundle: Command {
    static let declaration = Declaration(
        name: "aniwho import-bundle", summary: "enrol what another registry has exported",
        discussion: """
            Every file is checked against the manifest first; then all is enrolled in one transaction, or nothing. Vectors of the model
            that answers are taken over, with another model every picture is embedded again. Characters that are enrolled already are
            refused unless --merge is given. The daemon reads the folder, as its own user.
            """,
        operands: [Operand("DIR", help: "the bundle")],
        options: [
            Option("merge", help: "add the images to characters that are enrolled already"),
            Option("settings", help: "use the bundle's head, and calibrate as it was"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ReadBundle.Request(
            folder: arguments.absolutePath("DIR"), merge: arguments.flag("merge"),
            settings: arguments.flag("settings"))
        let bundle = try console.following(
            ReadBundle.self, request, arguments.client,
            lost: "the daemon ended before its word that the bundle is enrolled; see aniwho audit")
        if arguments.flag("json") { return try console.print(json: bundle) }
        let vectors = bundle.embedded == 0 ? "vectors taken over" : "\(bundle.embedded) embedded again"
        console.print(
            "enrolled \(Show.count(bundle.characters, "character")) (\(bundle.created) new) with \(Show.count(bundle.images, "new image")), \(vectors); \(Show.count(bundle.rejections, "rejection"))"
        )
        if bundle.duplicates > 0 {
            console.print("\(Show.count(bundle.duplicates, "image")) enrolled already; not stored twice")
        }
    }
}
