import API
import Client
import Foundation
import Options

enum CharactersList: Command {
    static let declaration = Declaration(
        name: "aniwho characters list", summary: "list the characters", options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        var characters: [CharacterSummary] = []
        var after: String?
        repeat {
            let page = try arguments.client.call(ListCharacters.self, .init(after: after))
            characters += page.characters
            after = page.next
        } while after != nil
        if arguments.flag("json") { return try console.print(json: characters) }
        guard !characters.isEmpty else {
            return console.print("no character is enrolled yet; try: aniwho enroll NAME IMAGE…")
        }
        var table = TextTable(("NAME", .left), ("IMAGES", .right), ("UPDATED", .left))
        for character in characters {
            table.add(character.name, String(character.images), character.updatedAt.ISO8601Format())
        }
        console.print(table.text)
    }
}
