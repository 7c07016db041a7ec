import API
import Client
import Options

enum TagsList: Command {
    static let declaration = Declaration(
        name: "aniwho tags list", summary: "list all tags, or one character's",
        operands: [Operand("NAME", .optional, help: "the character (default: all tags there are)")],
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if let name = arguments.operand("NAME") {
            let character = try arguments.client.call(ShowCharacter.self, NamedRequest(name: name)).character
            if arguments.flag("json") { return try console.print(json: character.tags) }
            return console.print(TagText.report(character))
        }
        let tags = try arguments.client.call(ListTags.self).tags
        if arguments.flag("json") { return try console.print(json: tags) }
        guard !tags.isEmpty else {
            return console.print("no character has a tag; add one with: aniwho tags add NAME TAG")
        }
        var table = TextTable(("TAG", .left), ("CHARACTERS", .right))
        for tag in tags { table.add(tag.name, String(tag.characters)) }
        console.print(table.text)
    }
}
