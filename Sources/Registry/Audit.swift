public import Foundation

/// One change, as the audit log keeps it.
public struct AuditEntry: Sendable, Equatable {
    public let id: Int64
    public let at: Date
    /// Who asked for the change: the value of ``Registry/author`` at the call.
    public let who: String
    /// What was done, such as `character.create` or `image.remove`.
    public let action: String
    /// The name or number of what was changed.
    public let subject: String
    /// JSON with the particulars.
    public let detail: String

    public init(id: Int64, at: Date, who: String, action: String, subject: String, detail: String) {
        self.id = id
        self.at = at
        self.who = who
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}

/// The log of changes: one row a change, written in the transaction of the change.
public protocol AuditStore: Sendable {
    /// The latest changes, newest first.
    /// - Parameters:
    ///   - since: only changes of this moment or later, by the clock of the change.
    ///   - before: only changes before the one of this number: the last of the page before.
    func audit(limit: Int, since: Date?, before: Int64?) async throws(RegistryError) -> [AuditEntry]

    /// Notes that a backup was written, which changes nothing here, but takes everything elsewhere.
    func recordBackup(file: String, bytes: Int) async throws(RegistryError)

    /// When a backup was noted last; nil when none ever was.
    func lastBackup() async throws(RegistryError) -> Date?
}

extension Registry: AuditStore {
    public func audit(
        limit: Int, since: Date? = nil, before: Int64? = nil
    ) throws(RegistryError) -> [AuditEntry] {
        try database().all(
            """
            SELECT id, at, who, action, subject, detail FROM audit WHERE at >= ? AND id < ? ORDER BY id DESC LIMIT ?
            """,
            [.time(since ?? Date(timeIntervalSince1970: 0)), .integer(before ?? .max), .integer(max(0, limit))]
        ) { row in
            AuditEntry(
                id: row.integer(0), at: row.date(1), who: row.text(2), action: row.text(3), subject: row.text(4),
                detail: row.text(5))
        }
    }

    public func recordBackup(file: String, bytes: Int) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.record("backup.write", subject: file, detail: ["bytes": bytes])
        }
    }

    public func lastBackup() throws(RegistryError) -> Date? {
        try database().first("SELECT at FROM audit WHERE action = 'backup.write' ORDER BY id DESC LIMIT 1") {
            $0.date(0)
        }
    }
}

extension Connection {
    /// Adds the audit row of a change to the change's transaction.
    /// - Parameter detail: numbers and texts, stored as a JSON object.
    func record(_ action: String, subject: String, detail: [String: any AuditValue] = [:]) throws(RegistryError) {
        precondition(isInTransaction, "an audit row belongs to the transaction of its change")
        let fields = detail.sorted { $0.key < $1.key }.map { "\($0.key.jsonLiteral):\($0.value.jsonLiteral)" }
        try run(
            "INSERT INTO audit (at, who, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
            [
                .time(Date()), .text(Registry.author), .text(action), .text(subject),
                .text("{" + fields.joined(separator: ",") + "}"),
            ])
    }
}

/// What an audit row's detail may hold.
protocol AuditValue {
    /// The value as JSON.
    var jsonLiteral: String { get }
}

extension [String] {
    /// The texts as a JSON array.
    var jsonLiteral: String { "[" + map(\.jsonLiteral).joined(separator: ",") + "]" }

    /// Reads a JSON array of texts; nil for anything else.
    init?(jsonLiteral: String) {
        guard let texts = try? JSONDecoder().decode([String].self, from: Data(jsonLiteral.utf8)) else { return nil }
        self = texts
    }
}

extension Int: AuditValue {
    var jsonLiteral: String { String(self) }
}

extension Int64: AuditValue {
    var jsonLiteral: String { String(self) }
}

extension String: AuditValue {
    var jsonLiteral: String {
        var literal = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
