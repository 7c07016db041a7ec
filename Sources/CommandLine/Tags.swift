import API
import Client
import Options

enum TagsAdd: Command {
    static let declaration = Declaration(
        name: "aniwho tags add", summary: "add tags to a character",
        operands: [Operand("NAME", help: "the character"), Operand("TAG", .many, help: "a tag: a word or more")],
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeTags.self, .init(name: arguments.operand("NAME") ?? "", add: arguments.list("TAG")))
        if arguments.flag("json") { return try console.print(json: character) }
        console.print(TagText.report(character))
    }
}

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

/// Tags as people read them.
enum TagText {
    /// What tags a character has now.
    static func report(_ character: CharacterSummary) -> String {
        character.tags.isEmpty
            ? "\(character.name) has no tags" : "\(character.name): \(character.tags.joined(separator: ", "))"
    }
}
