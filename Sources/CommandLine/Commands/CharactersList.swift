import API
import Client
import Foundation
import Options

enum CharactersList: Command {
    static let declaration = Declaration(
        name: "aniwho characters list", summary: "list the characters",
        options: [Option("tag", "TAG", help: "only those with this tag (default: all)"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let characters = try arguments.client.characters(tag: arguments["tag"])
        if arguments.flag("json") { return try console.print(json: characters) }
        guard !characters.isEmpty else {
            return console.print(
                arguments["tag"].map { "no character has the tag \($0)" }
                    ?? "no character is enrolled yet; try: aniwho enroll NAME IMAGE…")
        }
        let columns: [(String, TextTable.Alignment)] = [("NAME", .left), ("IMAGES", .right), ("UPDATED", .left)]
        let hasTags = characters.contains { !$0.tags.isEmpty }
        var table = TextTable(columns + (hasTags ? [("TAGS", .left)] : []))
        for character in characters {
            let cells = [character.name, String(character.images), character.updatedAt.ISO8601Format()]
            table.add(cells + (hasTags ? [character.tags.joined(separator: ", ")] : []))
        }
        console.print(table.text)
    }
}
