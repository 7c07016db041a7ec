import API
import Client
import Options

enum TagsRemove: Command {
    static let declaration = Declaration(
        name: "aniwho tags remove", summary: "take tags from a character",
        operands: [Operand("NAME", help: "the character"), Operand("TAG", .many, help: "a tag: a word or more")],
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeTags.self, .init(name: arguments.operand("NAME") ?? "", remove: arguments.list("TAG")))
        if arguments.flag("json") { return try console.print(json: character) }
        console.print(TagText.report(character))
    }
}
