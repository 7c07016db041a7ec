import API
import Client
import Options

enum Export: Command {
    static let declaration = Declaration(
        name: "aniwho export", summary: "write the enrolled pictures into a folder for each character",
        discussion: """
            DIR/CHARACTER/PICTURE, the original bytes under the names that the pictures came with. aniwho enroll --from-folders DIR enrols
            them again. An export that was interrupted goes on where it was.
            """,
        operands: [Operand("DIR", help: "the folder, which must be empty")],
        options: [
            Option("tag", "TAG", help: "only characters with this tag (default: all)"),
            Option("force", help: "add to a folder that is not empty; nothing is overwritten"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.operand("DIR") ?? ""
        let client = arguments.client
        // First, so that a daemon that does not answer leaves no folder.
        let characters = try client.characters(tag: arguments["tag"])
        guard !characters.isEmpty else {
            throw Failure(.notFound, arguments["tag"].map { "no character has the tag \($0)" } ?? "nobody is enrolled")
        }
        let export = try RegistryExport(to: folder, adds: arguments.flag("force"), client)
        let images = characters.reduce(0) { $0 + $1.images }
        let progress = ProgressBar("exporting", total: images, console: console)
        let report = try export.write(characters) { progress.update(min($0, images)) }
        if arguments.flag("json") { return try console.print(json: report) }
        console.print(
            "\(Show.count(report.written, "picture")) of \(Show.count(report.characters, "character")) written to \(folder)"
                + (report.there == 0 ? "" : ", \(report.there) there already"))
        if report.empty > 0 {
            console.complain("\(Show.count(report.empty, "character")) without images left out")
        }
    }
}
