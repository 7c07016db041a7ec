import API
import Client
import Foundation
import Options

enum TokensList: Command {
    static let declaration = Declaration(
        name: "aniwho tokens list", summary: "list the tokens that let programs ask over TCP",
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let tokens = try arguments.client.call(ListTokens.self).tokens
        if arguments.flag("json") { return try console.print(json: tokens) }
        guard !tokens.isEmpty else {
            return console.print("there are no tokens; one is made by: aniwho tokens create NAME")
        }
        var table = TextTable(("NAME", .left), ("ROLE", .left), ("SINCE", .left))
        for token in tokens { table.add(token.name, token.role.rawValue, token.createdAt.ISO8601Format()) }
        console.print(table.text)
    }
}
