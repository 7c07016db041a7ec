import API
import Client
import Options

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
        let role = try arguments.choice("role", of: Role.allCases.map(\.rawValue)).flatMap(Role.init)
        let made = try arguments.client.call(
            CreateToken.self, .init(name: arguments.operand("NAME") ?? "", role: role ?? .reader))
        if arguments.flag("json") { return try console.print(json: made) }
        console.warn("keep it now: it is shown this once; take it back with: aniwho tokens revoke '\(made.info.name)'")
        console.print(made.token)
    }
}
