import API
import Client
import Foundation
import Options
import Platform

enum Audit: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho audit", summary: "show the log of changes, newest first",
        discussion: """
            Lists every change of the registry with the user who asked for it. TIME is a moment, 2026-01-31 or 2026-01-31T18:00:00Z,
            or how long ago: 30m, 12h, 7d. All times are UTC, as the Z at their end says, and a date means its midnight in UTC. A
            moment may have another zone: 2026-01-31T18:00:00+09:00.
            """,
        options: [
            Option("limit", "N", help: "list at most N changes (default: 50)"),
            Option("since", "TIME", help: "only changes at this time or later"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let limit = try arguments.integer("limit", in: 1...1_000_000) ?? 50
        let since = try arguments["since"].map { text in
            guard let date = Moment.past(text) else {
                throw arguments.misuse(
                    "--since takes a time such as 2026-01-31, 2026-01-31T18:00:00Z or 12h, not “\(text)”")
            }
            return date
        }
        if let since, arguments["since"]?.contains("-") == true {
            console.note("changes since \(since.ISO8601Format()), which is UTC")
        }
        let changes = try arguments.client.entries(ListAudit.self, .init(since: since), most: limit)
        if console.isJSON { return try console.print(json: changes) }
        var table = TextTable(
            ("CHANGE", .right), ("TIME", .left), ("WHO", .left), ("ACTION", .left), ("SUBJECT", .left),
            ("DETAIL", .left))
        for change in changes {
            table.add(
                String(change.id), change.at.ISO8601Format(), who(change), change.action, change.subject,
                detail(change.detail))
        }
        console.print(table)
    }

    /// With the user's name, where the system knows it.
    private static func who(_ change: AuditEntry) -> String {
        guard let uid = change.uid, let user = SystemUsers.name(of: uid) else { return change.who }
        return "\(user) (\(change.who))"
    }

    /// `id=3 to=Rei`, long values cut.
    static func detail(_ detail: JSONValue) -> String {
        guard case .object(let members) = detail else { return "" }
        return members.sorted { $0.key < $1.key }.map { name, value in
            let text = value.string ?? (try? JSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let line = String(text.map { $0.isNewline ? " " : $0 })
            return "\(name)=" + (line.count > 24 ? line.prefix(23) + "…" : line)
        }.joined(separator: " ")
    }
}
