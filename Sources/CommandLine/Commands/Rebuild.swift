import API
import Client
import Options

enum Rebuild: Command {
    static let declaration = Declaration(
        name: "aniwho rebuild", summary: "compute prototypes again from the stored embeddings",
        options: [
            Option("character", "NAME", help: "only this character's (default: everyone's)"), .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = RebuildPrototypes.Request(character: arguments["character"])
        let result = try console.waiting("rebuilding") { try arguments.client.call(RebuildPrototypes.self, request) }
        if arguments.flag("json") { return try console.print(json: result) }
        console.print(
            "rebuilt \(Show.count(result.characters, "prototype")) from \(Show.count(result.images, "image")) in \(Show.decimal(result.seconds, 3)) s"
        )
    }
}
