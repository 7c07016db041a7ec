import API
import Client
import Options

enum BundleExport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho bundle export", summary: "write all characters to a folder that another registry can import",
        discussion: """
            The folder holds a folder of images for each character, vectors and prototypes as safetensors, the rejections, the head and
            the calibration, and a manifest with the size and the hash of every file. The daemon writes it, as its own user and
            readable by no other user, while it goes on; it appears whole or not at all. For a copy of this registry, see aniwho
            backup create.
            """,
        operands: [Operand("DIR", help: "where to write it; it must not exist")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.absolutePath("DIR")
        let bundle = try console.following(
            WriteBundle.self, .init(folder: folder), arguments.client)
        if console.isJSON { return try console.print(json: bundle) }
        console.print(
            """
            wrote \(bundle.folder): \(Show.count(bundle.characters, "character")), \(Show.count(bundle.images, "image")), \(Show.count(bundle.rejections, "rejection")), \(Show.bytes(bundle.bytes))
            enroll it elsewhere with: aniwho bundle import \(bundle.folder)
            """)
    }
}

enum BundleImport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho bundle import", summary: "enroll what another registry has exported",
        discussion: """
            The daemon reads the folder, as its own user, and checks every file against the manifest. Then it enrolls everything in
            one transaction, or nothing. It takes over vectors of the model that answers, and embeds every picture again if they
            are another model's. It refuses characters that are enrolled already unless --merge is given.
            """,
        operands: [Operand("DIR", help: "the bundle")],
        options: [
            Option("merge", help: "add the images to characters that are enrolled already"),
            Option("settings", help: "also use the bundle's head and calibration"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ReadBundle.Request(
            folder: arguments.absolutePath("DIR"), merge: arguments.flag("merge"),
            settings: arguments.flag("settings"))
        let bundle = try console.following(
            ReadBundle.self, request, arguments.client)
        if console.isJSON { return try console.print(json: bundle) }
        let vectors = bundle.embedded == 0 ? "vectors taken over" : "\(bundle.embedded) embedded again"
        console.print(
            "enrolled \(Show.count(bundle.characters, "character")) (\(bundle.created) new) with \(Show.count(bundle.images, "new image")), \(vectors); \(Show.count(bundle.rejections, "rejection"))"
        )
        if bundle.duplicates > 0 {
            console.print("\(Show.count(bundle.duplicates, "image")) enrolled already; not stored twice")
        }
    }
}
