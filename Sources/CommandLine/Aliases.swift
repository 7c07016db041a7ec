import API
import Client
import Options

enum AliasesAdd: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho aliases add", summary: "give a character other names",
        discussion: """
            An alias is accepted wherever a character's name is. Answers and lists show the name. No alias is, or looks like, another
            character's name or alias.
            """,
        operands: AliasText.operands)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeAliases.self, .init(name: arguments.word("NAME"), add: arguments.list("ALIAS")))
        if console.isJSON { return try console.print(json: character) }
        console.print(AliasText.report(character))
    }
}

enum AliasesList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho aliases list", summary: "list all aliases, or one character's",
        operands: [Operand("NAME", .optional, help: "the character (default: all)")])

    /// An alias, as JSON.
    private struct Alias: Encodable {
        let alias, character: String
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let client = arguments.client
        let characters =
            if let name = arguments.operand("NAME") {
                [try client.call(ShowCharacter.self, NamedRequest(name: name)).character]
            } else { try client.characters() }
        let aliases = characters.flatMap { character in
            character.aliases.map { Alias(alias: $0, character: character.name) }
        }
        if console.isJSON { return try console.print(json: aliases) }
        guard !aliases.isEmpty else {
            return console.print("no alias is there; add one with: aniwho aliases add NAME ALIAS")
        }
        var table = TextTable(("ALIAS", .left), ("CHARACTER", .left))
        for alias in aliases { table.add(alias.alias, alias.character) }
        console.print(table)
    }
}

enum AliasesRemove: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho aliases remove", summary: "take other names from a character",
        operands: AliasText.operands)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let character = try arguments.client.call(
            ChangeAliases.self, .init(name: arguments.word("NAME"), remove: arguments.list("ALIAS")))
        if console.isJSON { return try console.print(json: character) }
        console.print(AliasText.report(character))
    }
}

/// A character's aliases as a sentence.
enum AliasText {
    /// Of the commands that change aliases.
    static let operands = [
        Operand("NAME", help: "the character"), Operand("ALIAS", .many, help: "another name"),
    ]

    /// `Rei Ayanami is also called Ayanami, Rei`
    static func report(_ character: CharacterSummary) -> String {
        character.aliases.isEmpty
            ? "\(character.name) has no aliases"
            : "\(character.name) is also called \(character.aliases.joined(separator: ", "))"
    }
}
