import API
import Client
import Foundation
import Options

enum CharactersShow: Command {
    static let declaration = Declaration(
        name: "aniwho characters show", summary: "show a character, its prototype and its images",
        operands: [Operand("NAME", help: "the character")], options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detail = try arguments.client.call(
            ShowCharacter.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        if arguments.flag("json") { return try console.print(json: detail) }
        let prototype = detail.prototype.map {
            "mean of \(Show.count($0.count, "image")), spread \(Show.decimal($0.spread))"
        }
        console.print(
            """
            name       \(detail.character.name)
            created    \(detail.character.createdAt.ISO8601Format())
            prototype  \(prototype ?? "none, for want of images")
            """)
        if !detail.character.tags.isEmpty {
            console.print("tags       \(detail.character.tags.joined(separator: ", "))")
        }
        if !detail.character.note.isEmpty {
            console.print("note       \(detail.character.note.replacing("\n", with: "\n           "))")
        }
        console.print("")
        var table = TextTable(("IMAGE", .right), ("SIZE", .right), ("FORMAT", .left), ("ADDED", .left), ("FROM", .left))
        for image in detail.images {
            table.add(
                String(image.id), "\(image.width)×\(image.height)", image.format, image.addedAt.ISO8601Format(),
                image.source)
        }
        console.print(table.text)
    }
}
