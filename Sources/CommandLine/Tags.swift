import API
import Client
import Options

enum TagsAdd: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho tags add", summary: "add tags to a character",
        operands: TagText.operands)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeTags.self, .init(name: arguments.word("NAME"), add: arguments.list("TAG")))
        if console.isJSON { return try console.print(json: character) }
        console.print(TagText.report(character))
    }
}

enum TagsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho tags list", summary: "list all tags, or one character's",
        operands: [Operand("NAME", .optional, help: "the character (default: all tags)")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if let name = arguments.operand("NAME") {
            let client = arguments.client
            let character = try client.call(ShowCharacter.self, NamedRequest(name: name)).character
            guard console.isJSON else { return console.print(TagText.report(character)) }
            let tags = try client.entries(ListTags.self)
            return try console.print(json: tags.filter { character.tags.contains($0.name) })
        }
        let tags = try arguments.client.entries(ListTags.self)
        if console.isJSON { return try console.print(json: tags) }
        guard !tags.isEmpty else {
            return console.print("no character has a tag; add one with: aniwho tags add NAME TAG")
        }
        var table = TextTable(("TAG", .left), ("CHARACTERS", .right))
        for tag in tags { table.add(tag.name, String(tag.characters)) }
        console.print(table)
    }
}

enum TagsRemove: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho tags remove", summary: "take tags from a character",
        operands: TagText.operands)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeTags.self, .init(name: arguments.word("NAME"), remove: arguments.list("TAG")))
        if console.isJSON { return try console.print(json: character) }
        console.print(TagText.report(character))
    }
}

/// A character's tags as a sentence.
enum TagText {
    /// Of the commands that change tags.
    static let operands = [
        Operand("NAME", help: "the character"), Operand("TAG", .many, help: "a tag: a word or more"),
    ]

    /// `Rei Ayanami: blue hair, pilot`
    static func report(_ character: CharacterSummary) -> String {
        character.tags.isEmpty
            ? "\(character.name) has no tags" : "\(character.name): \(character.tags.joined(separator: ", "))"
    }
}
