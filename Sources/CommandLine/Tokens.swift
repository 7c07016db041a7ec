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

enum TokensCreate: Command {
    static let declaration = Declaration(
        name: "aniwho tokens create", summary: "make a token that lets a program ask over TCP",
        discussion: """
            The token is printed once, and kept as its hash alone. A program sends it as “Authorization: Bearer TOKEN”; aniwho
            itself takes it from $ANIWHO_TOKEN. The daemon must listen for TCP: see listen in its configuration.
            """,
        operands: [Operand("NAME", help: "what it is for; the log of changes names it")],
        options: [
            Option(
                "role", "ROLE", help: "reader (the default), which classifies and looks, or operator, which changes too"
            ),
            .json, .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let role = try arguments.choice("role", of: TokenRole.allCases.map(\.rawValue)).flatMap(TokenRole.init)
        let made = try arguments.client.call(
            CreateToken.self, .init(name: arguments.operand("NAME") ?? "", role: role ?? .reader))
        if arguments.flag("json") { return try console.print(json: made) }
        console.warn("keep it now: it is shown this once; take it back with: aniwho tokens revoke '\(made.info.name)'")
        console.print(made.token)
    }
}

enum TokensRevoke: Command {
    static let declaration = Declaration(
        name: "aniwho tokens revoke", summary: "take a token back, which lets nobody in from then on",
        operands: [Operand("NAME", help: "the token's name, as aniwho tokens list shows it")],
        options: [.json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let revoked = try arguments.client.call(
            RevokeToken.self, NamedRequest(name: arguments.operand("NAME") ?? ""))
        if arguments.flag("json") { return try console.print(json: revoked) }
        console.print("revoked the token “\(revoked.name)” of a \(revoked.role.rawValue)")
    }
}
