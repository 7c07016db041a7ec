import API
import Client
import Options

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
