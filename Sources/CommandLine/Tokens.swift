import API
import Client
import Foundation
import Options

enum TokensList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho tokens list", summary: "list the tokens that let programs ask over TCP",
        discussion: """
            Shows what each token may do, what it may ask about, and when it was made, expires and was last used. All times are UTC.
            The last use is exact to the minute; a daemon that is killed forgets the uses of up to ten minutes.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let tokens = try arguments.client.entries(ListTokens.self)
        if console.isJSON { return try console.print(json: tokens) }
        guard !tokens.isEmpty else {
            return console.print("there are no tokens; make one with: aniwho tokens create NAME")
        }
        var table = TextTable(
            ("NAME", .left), ("ROLE", .left), ("SUBJECTS", .left), ("SINCE", .left), ("EXPIRES", .left),
            ("LAST USE", .left))
        for token in tokens {
            table.add(
                token.name, token.role.rawValue, token.subjects?.joined(separator: ",") ?? "all",
                token.createdAt.ISO8601Format(), expiry(of: token, at: Date()),
                token.lastUsedAt.map(Moment.minute) ?? "never")
        }
        console.print(table)
    }

    private static func expiry(of token: Token, at now: Date) -> String {
        guard let end = token.expiresAt else { return "never" }
        return end.ISO8601Format() + (token.isExpired(at: now) ? " (expired)" : "")
    }
}

enum TokensCreate: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho tokens create", summary: "make a token that lets a program ask over TCP",
        discussion: """
            The command prints the token once; the daemon keeps only its hash. If the token cannot be printed, the command revokes it
            and fails. A program sends it as “Authorization: Bearer TOKEN”;
            aniwho itself takes it from $ANIWHO_TOKEN. The daemon must listen for TCP: see listen in its configuration.
            A subject is the word after /v1 in a path of the API, such as characters, images, classify or jobs; service stands for
            the health checks, the metrics and the description of the API. A command of aniwho may ask about several subjects. TIME
            is how long from now, 12h or 30d, or a moment: 2027-01-31, which begins at midnight UTC, or 2027-01-31T18:00:00Z.
            """,
        operands: [Operand("NAME", help: "a name for it, which the log of changes shows")],
        options: [
            Option(
                "role", "ROLE",
                help: "reader, which only reads and classifies, or operator, which also changes (default: reader)"
            ),
            Option(
                "only", "SUBJECTS",
                help: "what it may ask about, with commas between: characters,classify (default: all)"),
            Option("expires", "TIME", help: "when it expires (default: never)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let role = try arguments.choice("role", of: Role.allCases.map(\.rawValue)).flatMap(Role.init)
        let expiry = try arguments.futureMoment("expires")
        let subjects = arguments["only"]?.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let client = arguments.client
        let made = try client.call(
            CreateToken.self,
            .init(name: arguments.word("NAME"), role: role ?? .reader, subjects: subjects, expiresAt: expiry))
        if let end = made.info.expiresAt { console.note("it expires at \(end.ISO8601Format()), which is UTC") }
        if !console.isJSON {
            console.warn(
                "save it now, since it is shown only once; to revoke it: aniwho tokens revoke '\(made.info.name)'")
        }
        let text = try console.isJSON ? String(decoding: JSON.encode(made, pretty: true), as: UTF8.self) : made.token
        do throws(Failure) { try OutputStream.standard.writeOrThrow(text + "\n") } catch {
            throw revoked(made.info.name, client, since: error)
        }
    }

    /// Revokes a token that nobody has seen.
    private static func revoked(_ name: String, _ client: Client, since failure: Failure) -> Failure {
        do { _ = try client.call(RevokeToken.self, NamedRequest(name: name)) } catch {
            return Failure(
                failure.code,
                "\(failure.message). Nobody has the token “\(name)”, and it could not be revoked: \(error.message). Revoke it with: aniwho tokens revoke '\(name)'"
            )
        }
        return Failure(failure.code, "\(failure.message). The token “\(name)” was revoked again, since nobody has it")
    }
}

enum TokensRevoke: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho tokens revoke", summary: "revoke a token, which gives no access from then on",
        operands: [Operand("NAME", help: "the token's name, as aniwho tokens list shows it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let token = arguments.named
        try console.confirm(arguments) { "Revoke the token \(token.name)?" }
        let revoked = try arguments.client.call(RevokeToken.self, token)
        if console.isJSON { return try console.print(json: revoked) }
        console.print("revoked the token “\(revoked.name)” of a \(revoked.role.rawValue)")
    }
}
